import type { KeyType, KeyValue } from "@timewell/keys";
import type { FeatureType, FeatureValue, RowField } from "@timewell/row";
import type { WindowFeature } from "@timewell/transforms";

/** A feature as the offline engine sees it. */
export interface OfflineFeature extends RowField {
  readonly name: string;
}

/** A part of the entity key as the offline engine sees it. */
export interface OfflineKey {
  readonly name: string;
  readonly type: KeyType;
}

/** Source files of a view, resolved to absolute paths that were checked against the allowed roots. */
export interface OfflineSource {
  readonly format: "parquet" | "csv";
  /** Absolute paths, in name order; rows are ordered by (file, row number). */
  readonly paths: readonly string[];
  readonly eventTimeColumn: string;
  /** Undefined: none is declared. */
  readonly createdTimeColumn: string | undefined;
  /** Undefined: none is declared. */
  readonly availabilityDelayUs: bigint | undefined;
  /** Feature or key name to column name; names that are absent are their own column. */
  readonly columns: ReadonlyMap<string, string>;
}

/** A log row with its values, for segments and for the tail of the log. */
export interface HistoryRow {
  readonly partition: number;
  readonly position: bigint;
  /** Unsigned 64 bit: 2^63 | position. */
  readonly order: bigint;
  readonly deleted: boolean;
  readonly eventTimeUs: bigint;
  readonly availableTimeUs: bigint | undefined;
  /** In the order of the view's keys. */
  readonly keys: readonly KeyValue[];
  /** In the order of the view's features; all null for a delete. */
  readonly features: readonly FeatureValue[];
}

/** Positions of one partition of the log, both ends included. */
export interface PositionRange {
  /** 0 to 63. */
  readonly partition: number;
  readonly first: bigint;
  readonly last: bigint;
}

/** Segments that were written after a snapshot was taken, read as of the snapshot. */
export interface LaterSegments {
  /** Absolute paths, at least one. */
  readonly paths: readonly string[];
  /** Last position that counts, for each partition from 0 to 63. */
  readonly positions: readonly bigint[];
  /** Rows without an available time as of the snapshot; ranges do not overlap. */
  readonly unavailable: readonly PositionRange[];
}

/** The history of one view version: source files, segments, and the tail of the log that no segment holds yet. */
export interface ViewHistory {
  readonly viewId: number;
  readonly keys: readonly OfflineKey[];
  readonly features: readonly OfflineFeature[];
  readonly source: OfflineSource | undefined;
  /** Absolute paths of segments. */
  readonly segments: readonly string[];
  /** Segments of which only a part counts. Absent: none. Training sets alone read them. */
  readonly laterSegments?: LaterSegments | undefined;
  readonly tail: readonly HistoryRow[];
}

/** Which history counts at an instant. */
export type HistoryMode = "EVENT_TIME" | "AVAILABLE";

/** A feature that is an aggregate of events (semantics 11); its input is a place in the features of the history. */
export interface WindowedFeature
  extends OfflineFeature, Pick<WindowFeature, "function" | "input" | "windowUs" | "hopUs" | "n"> {
  /** In CEL over the features of the history, as `compileEventFilter` takes it: events count where it is true. Empty: all. */
  readonly filter: string;
}

/** How a windowed view answers: its history holds events. */
export interface TrainingWindows {
  /** Those to return, in column order. */
  readonly features: readonly WindowedFeature[];
  /** Place in the features of the history of what tells the events of the source apart. Undefined: each row is one. */
  readonly eventId: number | undefined;
  /** Events before this count from the source, events from it on from the log, µs UTC. Undefined: there is no source. */
  readonly cutOverUs: bigint | undefined;
}

/** A view as a training set joins it. */
export interface TrainingView {
  /** View or alias name: the prefix of its columns. */
  readonly name: string;
  /** Its `features` are those to return, in column order; of a windowed view all fields of its events. */
  readonly history: ViewHistory;
  /** Absent: the rows of the history are the answers. Else there are neither ttl nor tombstones, and every label with keys is PRESENT. */
  readonly windows?: TrainingWindows | undefined;
  /** Label column of each key of the view, in the order of the keys. */
  readonly labelColumns: readonly string[];
  /** µs; 0 = for ever. `max_age` is already taken into account. */
  readonly ttlUs: bigint;
  /** Rows older than this are NOT_FOUND rather than EXPIRED, µs: ttl plus grace; 0 = never. */
  readonly forgetAfterUs: bigint;
  readonly mode: HistoryMode;
  /** Label column with the instants at which to look. Absent: that of the labels. */
  readonly eventTimeColumn?: string | undefined;
}

/** Label rows: a file. */
export interface LabelFile {
  readonly format: "arrow" | "parquet" | "csv";
  /** Absolute path. */
  readonly path: string;
  /** Column with the instant of each row. Undefined where every view has one of its own, or the plan has one for all. */
  readonly eventTimeColumn: string | undefined;
}

/** Which rows of a training set to make. Ordinals count its rows in their order, from 0. */
export interface RowSelection {
  /** Of L rows those with ordinals from index * L / count, included, to (index + 1) * L / count, excluded. */
  readonly shard: { readonly index: number; readonly count: number };
  /** Ordinal to go on from, inside the shard, where a batch of it begins. Absent: the first. */
  readonly nextOrdinal?: number | undefined;
}

/** A known outage of the online store, µs UTC, both ends included. */
export interface KnownGap {
  readonly fromUs: bigint;
  readonly toUs: bigint;
}

/** A training set to make. */
export interface TrainingPlan {
  readonly labels: LabelFile;
  /** Columns of CSV labels that stay text besides those of STRING keys: 007 is not 7. Absent: none. */
  readonly textColumns?: readonly string[];
  /** In column order. */
  readonly views: readonly TrainingView[];
  /**
   * Every feature column `<view name>__<feature>` once, in output order (semantics 7: the order asked for). The label
   * columns come before them. Columns of one view need not be neighbours.
   */
  readonly columns: readonly string[];
  /** Add `<name>__status` (text) for each view, after all feature columns. */
  readonly includeStatuses: boolean;
  /** Names of the columns to return, of labels, features and statuses, each once; their order is kept. Absent: all. */
  readonly output?: readonly string[] | undefined;
  /** Label columns to return behind those of `output`, where the labels have them. Without `output` they are there anyway. */
  readonly besides?: readonly string[] | undefined;
  /** Names that no label column may have besides those of the result. Absent: none. */
  readonly reserved?: readonly string[] | undefined;
  /** One instant for all rows and views, µs UTC. Absent: each row has its own. */
  readonly asOfUs?: bigint | undefined;
  /** By event time: labels of one instant stay in their own order. Absent: that of the labels. */
  readonly order?: "labels" | "event-time" | undefined;
  /** Absent: all rows. */
  readonly rows?: RowSelection | undefined;
  /** Rows of every batch but the last. Absent: 65,536. */
  readonly batchRows?: number | undefined;
  /** Outages, in order, that do not overlap: rows inside them are counted for views in mode AVAILABLE with log rows. Absent: none. */
  readonly gaps?: readonly KnownGap[] | undefined;
}

/** Which rows a training set covers. */
export interface RowRange {
  /** Rows of the whole training set. */
  readonly labelRows: number;
  /** Ordinals that were asked for: start included, end excluded. */
  readonly firstOrdinal: number;
  readonly endOrdinal: number;
  /** Ordinal of the first row that is made. */
  readonly nextOrdinal: number;
}

/** What was counted in the rows of one batch. */
export interface BatchCounts {
  /** By view, in the order of the plan. */
  readonly statuses: TrainingSummary["statusCounts"];
  /** NULLs of each of the plan's `columns`. */
  readonly nulls: readonly number[];
  /** Rows with an instant in one of the plan's gaps. */
  readonly rowsInGaps: number;
}

/** A piece of a training set. */
export type TrainingPart =
  | { readonly kind: "schema"; readonly bytes: Uint8Array; readonly range: RowRange }
  | {
      readonly kind: "batch";
      readonly bytes: Uint8Array;
      readonly rows: number;
      readonly counts: BatchCounts;
    }
  | { readonly kind: "summary"; readonly summary: TrainingSummary };

/** What was counted while a training set was made. */
export interface TrainingSummary {
  readonly rows: number;
  /** By view, in column order. */
  readonly statusCounts: readonly {
    readonly present: number;
    readonly expired: number;
    readonly notFound: number;
  }[];
  readonly warnings: readonly string[];
}

/** Rows of a source to be materialized. */
export interface SourceScan {
  readonly history: ViewHistory;
  /** Range of event times, µs UTC, start included, end excluded. */
  readonly fromUs: bigint;
  readonly toUs: bigint;
  /** Only rows with created time at or after this, µs UTC, and those of `eventTimeNewUs`. Undefined: all. */
  readonly createdFromUs: bigint | undefined;
  /** Rows with event time at or after this, µs UTC, count whenever they were created. Undefined: none. */
  readonly eventTimeNewUs?: bigint | undefined;
  /** Only rows with created time at or before this, µs UTC. Undefined: all. */
  readonly createdUntilUs?: bigint | undefined;
  /**
   * True: of rows with equal keys, event time and created time only the first by (file, row), which is the one that a store
   * keeps; the rows then come in any order. Without a created time no two rows are equal.
   */
  readonly firstOfEqual?: boolean | undefined;
  /** Number of the run: the high bits of the order of rows without a created time. */
  readonly run: bigint;
}

/** Encoded rows, ready for the online store. */
export interface EncodedRows {
  /** Composite key code per row. */
  readonly entityKeys: readonly Uint8Array[];
  /** Stored-row bytes per row. */
  readonly rows: readonly Uint8Array[];
  /** Greatest event time and created time in this batch, µs UTC. */
  readonly eventTimeMaxUs: bigint | undefined;
  readonly createdTimeMaxUs: bigint | undefined;
}

/** A column of a file. */
export interface FileColumn {
  readonly name: string;
  /** The type that a feature or key of this column has; undefined where no type fits. */
  readonly type: FeatureType | undefined;
  /** The file's own word for its type, for messages. */
  readonly fileType: string;
}

/** A part of an entity's key, and the column of a file that holds it. */
export interface KeyColumn {
  readonly column: string;
  readonly type: KeyType;
  readonly value: KeyValue;
}

/** A written segment file. */
export interface WrittenSegment {
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly eventTimeMinUs: bigint;
  readonly eventTimeMaxUs: bigint;
}

/** A segment that several became. */
export interface MergedSegment extends WrittenSegment {
  /** Rows that were left out, as another one has their partition and position. */
  readonly duplicates: number;
}

/**
 * Runs over files: joins, scans, writes. Work runs in child processes with a memory limit; a crash fails one call.
 *
 * Methods fail with FILE_NOT_FOUND, DATA_LOSS (a damaged file, named), SOURCE_MISMATCH (a column is absent or has
 * another type), INVALID_LABELS, LIMIT_EXCEEDED (memory or temporary space), PATH_NOT_ALLOWED, OVERLOADED (too many calls
 * wait), SHUTTING_DOWN, CANCELLED. A label row with a NULL event time is refused; one with a NULL key is NOT_FOUND. A source row
 * without event time, key or created time, or with one that no TIMESTAMP can be (semantics 1), ends a scan with
 * SOURCE_MISMATCH, after the batches before it. A training set leaves source rows without a usable event time out.
 */
export interface OfflineEngine {
  readonly engine: "duckdb";

  /** Columns of a file, in file order. */
  describe(format: "arrow" | "parquet" | "csv", path: string): Promise<FileColumn[]>;

  /**
   * Makes a training set: a schema, batches of equally many rows in the order asked for (the last may have less), a summary. The bytes of a
   * batch are canonical: equal rows have equal bytes, whatever else was joined with them. The next part is made only when it is asked
   * for, apart from a bounded look-ahead; returning early or aborting stops the work within 50 ms.
   */
  trainingSet(plan: TrainingPlan, signal: AbortSignal): AsyncIterable<TrainingPart>;

  /** Counts the rows that a scan will yield. */
  countSource(scan: SourceScan, signal: AbortSignal): Promise<number>;

  /** Reads rows of a source in (file, row number) order, encoded, in batches of a few thousand, with back-pressure. */
  scanSource(scan: SourceScan, signal: AbortSignal): AsyncIterable<EncodedRows>;

  /** Reads the rows of segments, encoded with their recorded stamps, in any order. Rows without a stamp are left out. */
  scanSegments(history: ViewHistory, signal: AbortSignal): AsyncIterable<EncodedRows>;

  /**
   * Merges the segments of a history to a new Parquet file, sorted by keys, event time and order, in bounded memory; written as `writeSegment`
   * does. Features that a segment has no column for are NULL. Of rows with equal partition and position one is kept, with a stamp where one has it.
   */
  mergeSegments(path: string, history: ViewHistory, signal: AbortSignal): Promise<MergedSegment>;

  /** Writes rows to a new Parquet file: temporary name, fsync, rename, fsync of the folder. */
  writeSegment(path: string, history: ViewHistory, rows: readonly HistoryRow[]): Promise<WrittenSegment>;

  /** Counts the rows of a file that are of one entity; 0 where it lacks a column of the key. */
  countKey(format: "arrow" | "parquet" | "csv", path: string, key: readonly KeyColumn[]): Promise<number>;

  /** Writes a copy of a segment without the rows of one entity, as `writeSegment` does. Undefined where no row is left: there is no copy then. */
  copySegmentWithout(
    path: string,
    copy: string,
    key: readonly KeyColumn[],
  ): Promise<WrittenSegment | undefined>;

  /** Ends the child processes. */
  close(): Promise<void>;
}
