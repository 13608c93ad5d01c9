import type { BatchCounts, RowRange, TrainingSummary } from "@timewell/store-ports";

/** What was counted in the computed columns of one batch, by column. */
export interface ComputedCounts {
  readonly nulls: readonly number[];
  /** Rows whose value could not be computed. */
  readonly failures: readonly number[];
}

/** A batch with all its columns. */
export interface StreamBatch {
  readonly kind: "batch";
  readonly bytes: Uint8Array;
  readonly rows: number;
  readonly counts: BatchCounts;
  readonly computed: ComputedCounts;
}

/** A piece of a training set with all its columns. */
export type StreamPart =
  | { readonly kind: "schema"; readonly bytes: Uint8Array; readonly range: RowRange }
  | StreamBatch
  | { readonly kind: "summary"; readonly summary: TrainingSummary };
