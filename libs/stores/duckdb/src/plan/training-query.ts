import type { DuckDBType } from "@duckdb/node-api";
import type { DataType } from "apache-arrow";
import type { KeyType } from "@timewell/keys";
import type { HistoryMode, LaterSegments, TrainingWindows } from "@timewell/store-ports";
import type { FileGroup, PlannedColumn, SourcePlan } from "./source-plan.ts";

/** A column of the label rows. */
export interface LabelColumn {
  readonly name: string;
  readonly type: DuckDBType;
  /** Its type in the Arrow file it came from, to return it in just that type; undefined for other files. */
  readonly arrowType: DataType | undefined;
}

/** Where label rows are: in a file that the database reads, or in a table `labels (o, c0…)` that was filled from one. */
export type LabelRows =
  | {
      readonly kind: "file";
      readonly format: "parquet" | "csv";
      readonly path: string;
      /** Columns of a CSV file to be read as text. */
      readonly textColumns: readonly string[];
    }
  | { readonly kind: "table" };

/** An instant of each label row: in a column of the labels, or one for all, µs UTC. */
export type LabelInstant = { readonly column: number } | { readonly us: bigint };

/** Label rows, numbered from 0 in file order. */
export interface LabelScan {
  readonly rows: LabelRows;
  readonly columns: readonly LabelColumn[];
  /** At which views look, each once. */
  readonly instants: readonly LabelInstant[];
}

/** Segments that are read as of a snapshot. */
export interface LaterScan extends Omit<LaterSegments, "paths"> {
  readonly groups: readonly FileGroup[];
}

/** History of a view: the union of its parts, each of which may be empty. */
export interface HistoryScan {
  readonly keys: readonly PlannedColumn[];
  readonly features: readonly PlannedColumn[];
  readonly source: SourcePlan | undefined;
  readonly segments: readonly FileGroup[];
  readonly later: LaterScan | undefined;
  /** Table of log rows that no segment holds. */
  readonly tailTable: string | undefined;
}

/** Aggregates of the events of a history. */
export interface WindowsScan extends TrainingWindows {
  /** Table `(n, f0…)` of the answers, by the number of the label. */
  readonly table: string;
}

/** One as-of join of the label rows with a view. */
export interface ViewJoin {
  readonly name: string;
  /** Undefined: the rows of the history are the answers. */
  readonly windows: WindowsScan | undefined;
  /** Index of the label column of each key, and the type to compare in. */
  readonly keys: readonly { readonly column: number; readonly type: KeyType }[];
  readonly history: HistoryScan;
  /** µs, 0 = for ever. */
  readonly ttlUs: bigint;
  /** µs, 0 = never. */
  readonly forgetAfterUs: bigint;
  readonly mode: HistoryMode;
  /** Index in the instants of the labels. */
  readonly instant: number;
}

/** A view with windows. */
export interface WindowsJoin extends ViewJoin {
  readonly windows: WindowsScan;
}

/** Rows by ordinal: start included, end excluded. */
export interface OrdinalRange {
  readonly from: number;
  readonly end: number;
}

/** A training set without any dialect: label rows, as-of joined with each view, in order. */
export interface TrainingQuery {
  readonly labels: LabelScan;
  readonly views: readonly ViewJoin[];
  /** Index in the instants of the labels by which rows are ordered. Undefined: their own order. */
  readonly orderBy: number | undefined;
  /** Undefined: all rows. */
  readonly range: OrdinalRange | undefined;
  /** Indexes in the instants of the labels that are returned, too. */
  readonly returned: readonly number[];
  /** Least and greatest event time of the labels, µs UTC: only history that these can see is read. */
  readonly eventTimeMinUs: bigint;
  readonly eventTimeMaxUs: bigint;
}
