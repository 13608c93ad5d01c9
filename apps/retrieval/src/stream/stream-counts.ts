import type { StreamBatch } from "./stream-part.ts";

/** What was counted in a stream so far, for its receipt. Plain numbers: resume tokens carry them. */
export interface StreamCounts {
  rows: number;
  rowsInGaps: number;
  /** PRESENT, EXPIRED and NOT_FOUND of each view, one after another. */
  readonly statuses: number[];
  /** NULLs of each feature column. */
  readonly nulls: number[];
  /** NULLs of each computed column, and rows that could not be computed. */
  readonly computedNulls: number[];
  readonly failures: number[];
}

/** How many numbers of each kind there are. */
export interface CountsShape {
  readonly views: number;
  readonly columns: number;
  readonly computed: number;
}

/** The counts of a stream that has not begun. */
export function noCounts({ views, columns, computed }: CountsShape): StreamCounts {
  const zeros = (length: number): number[] => new Array<number>(length).fill(0);
  return {
    rows: 0,
    rowsInGaps: 0,
    statuses: zeros(views * 3),
    nulls: zeros(columns),
    computedNulls: zeros(computed),
    failures: zeros(computed),
  };
}

/** Adds what was counted in a batch. */
export function addCounts(counts: StreamCounts, { rows, counts: own, computed }: StreamBatch): void {
  counts.rows += rows;
  counts.rowsInGaps += own.rowsInGaps;
  own.statuses.forEach(({ present, expired, notFound }, v) =>
    add(counts.statuses, v * 3, [present, expired, notFound]),
  );
  add(counts.nulls, 0, own.nulls);
  add(counts.computedNulls, 0, computed.nulls);
  add(counts.failures, 0, computed.failures);
}

function add(sums: number[], at: number, values: readonly number[]): void {
  values.forEach((value, i) => (sums[at + i]! += value));
}
