import type { StatusCounts } from "./compare-online.ts";

/** What was proved at one instant. */
export interface InstantSummary {
  /** ISO 8601, UTC, with microseconds. */
  readonly asOf: string;
  readonly rowsMaterialized: number;
  readonly keys: number;
  readonly statuses: StatusCounts;
  readonly differences: number;
}

/** What `out/summary.json` holds. */
export interface Summary {
  /** `embedded`, or `servers` for Redis, PostgreSQL and four processes. */
  readonly deployment: string;
  readonly training: {
    readonly path: string;
    readonly rows: number;
    readonly columns: readonly string[];
    readonly seconds: number;
    /** How many label rows have each status, by view or alias. */
    readonly statuses: Readonly<Record<string, StatusCounts>>;
    /** Rows whose features were compared with the naive loop. */
    readonly rowsCompared: number;
    readonly differences: number;
  };
  readonly instants: readonly InstantSummary[];
  /** Answers read online at all instants, one for each key and view. */
  readonly statuses: StatusCounts;
  /** The row that `--break-one` altered; null without it. */
  readonly broken: string | null;
  /** Values that differ, in the training set and online. */
  readonly differences: number;
  /** The first of them, for people. */
  readonly firstDifferences: readonly string[];
  readonly seconds: number;
}

/** Adds up counts of statuses. */
export function sumStatuses(counts: readonly StatusCounts[]): StatusCounts {
  const sum = (name: keyof StatusCounts) => counts.reduce((total, count) => total + count[name], 0);
  return { present: sum("present"), expired: sum("expired"), notFound: sum("notFound") };
}
