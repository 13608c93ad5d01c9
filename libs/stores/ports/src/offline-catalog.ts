import type { OnlineGap, OnlineSighting } from "./online-gaps.ts";

/** A Parquet file with log rows of one view version. */
export interface Segment {
  /** Path relative to the offline root, unique for ever. */
  readonly path: string;
  readonly viewId: number;
  /** Schema revision of the view version that the file's columns follow; features added later read as NULL. */
  readonly schemaRevision: number;
  readonly rows: number;
  readonly bytes: number;
  /** SHA-256 of the file, lower-case hex. */
  readonly sha256: string;
  readonly eventTimeMinUs: bigint;
  readonly eventTimeMaxUs: bigint;
}

/** A segment as a manifest holds it. */
export interface ManifestSegment extends Segment {
  /** Version of the manifest that it came with. It holds only rows that were flushed by then. */
  readonly addedVersion: bigint;
}

/** What the offline store holds at one version. */
export interface Manifest {
  /** From 0 (empty), one more with each commit. */
  readonly version: bigint;
  /** In order of path. */
  readonly segments: readonly ManifestSegment[];
  /** Partition to position: log rows up to here are in segments; rows after it are read from the log. */
  readonly flushed: ReadonlyMap<number, bigint>;
}

/** A change of the manifest. */
export interface ManifestCommit {
  readonly added: readonly Segment[];
  /** Paths. */
  readonly removed: readonly string[];
  /** New positions; partitions that are not named stay. */
  readonly flushed: ReadonlyMap<number, bigint>;
  /** When `removed` were removed, µs UTC: their files may be in use for a while. Absent: nobody needs them any more. */
  readonly removedAtUs?: bigint | undefined;
}

/** A segment that no manifest names any more, and whose file is there. */
export interface SegmentGarbage {
  readonly path: string;
  readonly removedAtUs: bigint;
}

/** A recorded materialize run. */
export interface MaterializeRun {
  /** Unique, ascending, from 1; part of the order of rows without a created time. */
  readonly run: bigint;
  readonly viewId: number;
  /** Range of event times, µs UTC, start included, end excluded. */
  readonly fromUs: bigint;
  readonly toUs: bigint;
  readonly startedAtUs: bigint;
  /** Absent while it runs, or where it failed. */
  readonly finished?: RunResult | undefined;
}

/** The end of a run. */
export interface RunResult {
  readonly finishedAtUs: bigint;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  /** Greatest event time that was read, µs UTC; undefined where no row was. */
  readonly eventTimeMaxUs: bigint | undefined;
  /** Greatest created time that was read, µs UTC; undefined where none is declared. */
  readonly createdTimeMaxUs: bigint | undefined;
}

/** Chunks of a range of event times, one after another. */
export interface BackfillRange {
  readonly viewId: number;
  /** Range of event times, µs UTC, start included, end excluded. */
  readonly fromUs: bigint;
  readonly toUs: bigint;
  /** Length of every chunk but the last, µs. */
  readonly chunkUs: bigint;
}

/** A recorded backfill. */
export interface Backfill extends BackfillRange {
  /** Unique, ascending, from 1. */
  readonly id: bigint;
  /** Numbers of the chunks that are done, from 0. */
  readonly doneChunks: ReadonlySet<number>;
}

/**
 * The manifest of the offline store, and the record of materialize runs, backfills and outages of the online store, in the registry
 * database.
 *
 * All methods fail with STORE_UNAVAILABLE when the engine does not answer.
 */
export interface OfflineCatalog {
  /** Short name of the engine. */
  readonly engine: "memory" | "pglite" | "postgres";

  /** The manifest as it is now, one consistent version; the caller's own copy. */
  manifest(): Promise<Manifest>;

  /**
   * Moves the manifest in one transaction from `baseVersion` to the next; VERSION_CONFLICT where it has moved on.
   * Returns the new version. INVALID_REQUEST, and nothing changes, where an added path was ever used before, a removed
   * path is not there, or a flushed position would go back.
   */
  commit(baseVersion: bigint, change: ManifestCommit): Promise<bigint>;

  /** Removed segments whose files were not forgotten, in order of path. */
  segmentGarbage(): Promise<SegmentGarbage[]>;

  /** Records that files of removed segments are gone. Paths that are no garbage are passed over. */
  forgetGarbage(paths: readonly string[]): Promise<void>;

  /** Records the start of a run and gives it the next number, durable before it returns. */
  beginRun(viewId: number, fromUs: bigint, toUs: bigint, startedAtUs: bigint): Promise<bigint>;

  /** Records the end of a run; a result that is recorded already stays. INVALID_REQUEST where no run has this number. */
  finishRun(run: bigint, result: RunResult): Promise<void>;

  /** Finished runs of a view version, ascending. */
  finishedRuns(viewId: number): Promise<MaterializeRun[]>;

  /** Records a finished run anew under its number, in place of itself and of others, in one step. Numbers are not given again. */
  replaceRuns(run: MaterializeRun, others: readonly bigint[]): Promise<void>;

  /** The backfill of a range in chunks of this length: the recorded one, or a new one, durable before it returns. */
  openBackfill(range: BackfillRange, startedAtUs: bigint): Promise<Backfill>;

  /** Records that a chunk is done; once more changes nothing. INVALID_REQUEST where no backfill has this id. */
  finishChunk(id: bigint, chunk: number): Promise<void>;

  /** Forgets which chunks of a backfill are done. */
  forgetChunks(id: bigint): Promise<void>;

  /** Records an outage, merged with those before (`addGap`); durable before it returns. */
  recordGap(gap: OnlineGap): Promise<void>;

  /** Known outages of all online stores, in order of store and start. */
  onlineGaps(): Promise<OnlineGap[]>;

  /** Records when a store was whole; an earlier time than the recorded one changes nothing. */
  recordSighting(sighting: OnlineSighting): Promise<void>;

  /** When a store was last known to be whole; undefined where it never was seen. */
  lastSighting(store: string): Promise<OnlineSighting | undefined>;

  /** Checks that the engine answers. */
  check(): Promise<void>;

  /** Releases the engine. */
  close(): Promise<void>;
}
