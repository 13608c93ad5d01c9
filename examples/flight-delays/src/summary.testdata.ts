import type { Summary } from "./summary.ts";

/** A summary of a run in which all is well. */
export const goodSummary: Summary = {
  deployment: "embedded",
  training: {
    path: "out/training.parquet",
    rows: 50_000,
    columns: ["origin", "label"],
    seconds: 1.5,
    statuses: { origin: { present: 48_000, expired: 1_990, notFound: 10 } },
    rowsCompared: 2_000,
    differences: 0,
  },
  instants: [
    {
      asOf: "2001-01-09T03:17:42.123456Z",
      rowsMaterialized: 5_563,
      keys: 1_000,
      statuses: { present: 2_496, expired: 318, notFound: 186 },
      differences: 0,
    },
    {
      asOf: "2001-02-14T12:00:00.000000Z",
      rowsMaterialized: 199_812,
      keys: 1_000,
      statuses: { present: 2_761, expired: 52, notFound: 187 },
      differences: 0,
    },
  ],
  statuses: { present: 5_257, expired: 370, notFound: 373 },
  broken: null,
  differences: 0,
  firstDifferences: [],
  seconds: 12,
};
