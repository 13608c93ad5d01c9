import type { EraseReceipt, GetTrainingSetRequest, OfflineSnapshot, Receipt } from "@timewell/contracts";

import type { ErasedKeys, Erasure } from "./erasure.ts";

/** What is kept of a training set from the start of its first stream. */
export interface TrainingSetEntry {
  /** `ts_` and 32 hex digits; names the content. */
  readonly trainingSetId: string;
  readonly project: string;
  /** Feature service that was asked for; empty: features without one. */
  readonly featureService: string;
  /** Version of the project's definitions that it was resolved with. */
  readonly registryVersion: bigint;
  /** Rows older than ttl plus this were NOT_FOUND, µs. */
  readonly graceUs: bigint;
  readonly snapshotId: string;
  /** SHA-256 of the labels, lower-case hex. */
  readonly labelsDigest: string;
  /** True where the labels are kept. */
  readonly labelsKept: boolean;
  /** Rows of the whole. */
  readonly rows: number;
  /** The resolved request, without labels, shard and token. */
  readonly request: GetTrainingSetRequest;
  /** When it was first asked for, µs UTC. */
  readonly createdAtUs: bigint;
  /** Who first asked for it; empty: nobody has to say. */
  readonly createdBy: string;
}

/** A place in the list of training sets. */
export interface TrainingSetPlace {
  readonly createdAtUs: bigint;
  readonly trainingSetId: string;
}

/** Which training sets to list. */
export interface TrainingSetQuery {
  readonly project: string;
  /** Only those of this feature service. Undefined: all. */
  readonly featureService?: string | undefined;
  /** Only those after this place. Undefined: from the latest on. */
  readonly after?: TrainingSetPlace | undefined;
  /** Most entries to return. */
  readonly entriesMax: number;
}

/** An entry of a list. */
export interface ListedTrainingSet {
  readonly entry: TrainingSetEntry;
  /** How many receipts there are. */
  readonly receipts: number;
}

/** The digest of a source file, and the state of the file that it belongs to. */
export interface SourceDigest {
  /** Absolute. */
  readonly path: string;
  readonly bytes: bigint;
  /** What the file system says of it besides: inode and times of its last changes, ns. Equal: nobody has touched it. */
  readonly state: string;
  /** SHA-256 of its bytes, lower-case hex. */
  readonly sha256: string;
}

/**
 * The record of training sets and of the states of the offline store that they were made of, in the registry database.
 * What was recorded stays. It also has the receipts of erased entities.
 *
 * All methods fail with STORE_UNAVAILABLE when the engine does not answer.
 */
export interface TrainingCatalog {
  /** Short name of the engine. */
  readonly engine: "memory" | "pglite" | "postgres";

  /** Keeps a snapshot under its id; one that is there already stays. */
  putSnapshot(snapshot: OfflineSnapshot): Promise<void>;

  /** The snapshot of an id; undefined where there is none. */
  snapshot(snapshotId: string): Promise<OfflineSnapshot | undefined>;

  /**
   * Records a training set and returns what is recorded: an entry that is there already stays, except that its labels may be kept now.
   * SNAPSHOT_NOT_FOUND where its snapshot is not recorded.
   */
  putTrainingSet(entry: TrainingSetEntry): Promise<TrainingSetEntry>;

  /** Training sets of a project whose id begins with the text, in order of id. */
  findTrainingSets(project: string, idPrefix: string, entriesMax: number): Promise<TrainingSetEntry[]>;

  /** The latest first; of those made at one time the greater id first. */
  listTrainingSets(query: TrainingSetQuery): Promise<ListedTrainingSet[]>;

  /**
   * Records the receipt of a finished stream under its shard (none: the whole), and returns what is recorded: one that is there already
   * stays. TRAINING_SET_NOT_FOUND where its training set is not recorded.
   */
  putReceipt(receipt: Receipt): Promise<Receipt>;

  /** The first receipts of a training set: that of the whole, then by number of shards and shard. */
  receipts(trainingSetId: string, receiptsMax: number): Promise<Receipt[]>;

  /** Of each training set that has receipts their `rows`, `digest`, `formatVersion` and `shard`, in the order of `receipts`. */
  receiptHeads(trainingSetIds: readonly string[]): Promise<Map<string, Receipt[]>>;

  /** The recorded digests of paths; those of which none is recorded are absent. */
  sourceDigests(paths: readonly string[]): Promise<Map<string, SourceDigest>>;

  /** Records digests, each in place of the one before of its path. Paths are unique. */
  putSourceDigests(digests: readonly SourceDigest[]): Promise<void>;

  /**
   * Records that an entity is being erased, durable before it returns. Where one of the same project, entity and key was begun and is not
   * finished, that one goes on: its receipt is returned with the view ids and keys of both.
   */
  beginErasure(erasure: Omit<Erasure, "finished">): Promise<Erasure>;

  /** Records how far an erasure is, durable before it returns. INVALID_REQUEST where none has the id of the receipt. */
  recordErasure(receipt: EraseReceipt, finished: boolean): Promise<void>;

  /** Erasures of one entity, the latest first, also those that are not finished. */
  erasuresOfEntity(project: string, entity: string, keySha256: string): Promise<Erasure[]>;

  /** Erasures from any of these view versions that are not finished, or were at or after the instant (µs UTC); the latest first. */
  erasuresOfViews(viewIds: readonly number[], sinceUs: bigint): Promise<Erasure[]>;

  /**
   * Keys of a view version's erasures that are not finished, or of which fewer than `after` were begun before; all in one step. Who asks again with
   * what was begun the last time hears of every erasure of meanwhile.
   */
  erasedKeys(viewId: number, after?: number): Promise<ErasedKeys>;

  /** Id of the first erasure whose receipt names a training set; undefined where none does. */
  erasureOfTrainingSet(trainingSetId: string): Promise<string | undefined>;

  /** Checks that the engine answers. */
  check(): Promise<void>;

  /** Releases the engine. */
  close(): Promise<void>;
}
