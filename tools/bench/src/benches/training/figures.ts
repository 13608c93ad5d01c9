import type { Figure } from "../../harness/figure.ts";

/** A part of the bench that measures some figures together. */
export type TrainingPart =
  "join_100k" | "join_1m" | "feast_duckdb" | "feast_file" | "prepared" | "memory_1m" | "memory_10m";

/** What a figure is, before it is measured. */
export interface TrainingFigure extends Pick<Figure, "unit" | "target" | "better"> {
  readonly measures: string;
  readonly part: TrainingPart;
}

/** Limit that DuckDB gets in the server's child, and what server and child may take over it; MiB. */
export const memoryLimitMiB = 1024;
const overLimitMiB = 400;

const sizes = {
  "100k": { part: "join_100k", text: "100,000 labels × 1,000,000 rows × 10 doubles", duckdb: 1.6 },
  "1m": { part: "join_1m", text: "1,000,000 labels × 10,000,000 rows × 10 doubles", duckdb: 1.3 },
} as const;

const lower = { unit: "×", better: "lower" } as const;
const faster = { unit: "× faster", better: "higher" } as const;

function joinFigures(size: keyof typeof sizes): [string, TrainingFigure][] {
  const { part, text, duckdb } = sizes[size];
  return [
    [
      `training_vs_duckdb_${size}`,
      {
        measures: `Time to the last batch in a Python client over gRPC, ${text}, against the same rule in bare DuckDB on the same files`,
        part,
        target: duckdb,
        ...lower,
      },
    ],
    [
      `available_vs_event_time_${size}`,
      { measures: `The same in AVAILABLE mode, against EVENT_TIME mode`, part, target: 2.5, ...lower },
    ],
    [
      `training_vs_polars_${size}`,
      {
        measures: `EVENT_TIME mode against Polars' join_asof on the same files, label order restored`,
        part,
        target: 2,
        ...lower,
      },
    ],
  ];
}

/** The figures by name, in the order of the table. */
export const trainingFigures: Readonly<Record<string, TrainingFigure>> = Object.fromEntries([
  ...joinFigures("100k"),
  ...joinFigures("1m"),
  [
    "training_vs_feast_duckdb_100k",
    {
      measures: `${sizes["100k"].text} against Feast's get_historical_features with its DuckDB store`,
      part: "feast_duckdb",
      target: 3,
      ...faster,
    },
  ],
  [
    "training_vs_feast_file_100k",
    {
      measures: "The same with Feast's default store of files (Dask)",
      part: "feast_file",
      target: 15,
      ...faster,
    },
  ],
  [
    "prepared_vs_flight",
    {
      measures:
        "Rows a second of a prepared result, without a join, to pandas, against an Arrow Flight server that sends the same table",
      part: "prepared",
      unit: "of Flight",
      target: 0.4,
      better: "higher",
    },
  ],
  ...(["1m", "10m"] as const).map((labels): [string, TrainingFigure] => [
    `training_memory_${labels}`,
    {
      measures: `Peak memory of the retrieval server plus its DuckDB child after a training set in each mode, ${labels === "1m" ? "1,000,000" : "10,000,000"} labels × 10,000,000 rows × 10 doubles`,
      part: `memory_${labels}`,
      unit: "MiB",
      target: memoryLimitMiB + overLimitMiB,
      better: "lower",
    },
  ]),
] satisfies [string, TrainingFigure][]);
