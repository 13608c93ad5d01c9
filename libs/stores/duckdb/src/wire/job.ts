import type { HistoryRow, KeyColumn, SourceScan, TrainingPlan, ViewHistory } from "@timewell/store-ports";

/** Limits of the database that a worker opens for a job. */
export interface DatabaseLimits {
  readonly memoryLimitBytes: number;
  readonly threads: number;
  /** Absolute path of an existing folder, for spilling. */
  readonly tempDirectory: string;
  readonly tempDirectoryBytesMax: number;
}

/** What a worker is asked to do. */
export type Task =
  | { readonly kind: "describe"; readonly format: "arrow" | "parquet" | "csv"; readonly path: string }
  | { readonly kind: "trainingSet"; readonly plan: TrainingPlan }
  | { readonly kind: "countSource"; readonly scan: SourceScan }
  | { readonly kind: "scanSource"; readonly scan: SourceScan }
  | { readonly kind: "scanSegments"; readonly history: ViewHistory }
  | { readonly kind: "mergeSegments"; readonly path: string; readonly history: ViewHistory }
  | {
      readonly kind: "countKey";
      readonly format: "arrow" | "parquet" | "csv";
      readonly path: string;
      readonly key: readonly KeyColumn[];
    }
  | {
      readonly kind: "copySegmentWithout";
      readonly path: string;
      readonly copy: string;
      readonly key: readonly KeyColumn[];
    }
  | {
      readonly kind: "writeSegment";
      readonly path: string;
      readonly history: ViewHistory;
      readonly rows: readonly HistoryRow[];
    };

/** A task with the limits it runs under. */
export interface Job {
  readonly task: Task;
  readonly limits: DatabaseLimits;
}
