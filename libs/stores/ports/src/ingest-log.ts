import type {
  QuarantineAppend,
  QuarantinedRow,
  QuarantineEntry,
  QuarantineFilter,
  QuarantinePage,
  ViewQuarantineCount,
} from "./quarantine.ts";

/** Number of partitions of the log; a row's partition is `partitionOf(entityKey)` of `@timewell/keys`. */
export const logPartitions = 64;

/** A row on its way into the log. */
export interface LogAppend {
  /** Registry-wide id of the view version. */
  readonly viewId: number;
  /** Composite key code of the entity. */
  readonly entityKey: Uint8Array;
  /** When it happened, µs UTC. */
  readonly eventTimeUs: bigint;
  /** True for a delete; its payload is empty. */
  readonly deleted: boolean;
  /** Canonical row message. */
  readonly payload: Uint8Array;
  /**
   * Canonical bytes of the event's id. A row whose (view, entity, id) was appended before is not appended again, and gets the position
   * of the first. Undefined: the row is no event, or has no id of its own.
   */
  readonly eventId?: Uint8Array | undefined;
}

/** A row of the log. The entity key of one that was erased is empty, and so is its payload; `isErased` tells. */
export interface LogRow extends Omit<LogAppend, "eventId"> {
  /** Partition, 0 … 63. */
  readonly partition: number;
  /** Position in the partition, from 1, without gaps, in commit order. */
  readonly position: bigint;
  /** When it was appended, by the clock passed to the log, µs UTC. */
  readonly appendedAtUs: bigint;
  /** The recorded stamp of the online store, µs UTC; undefined until it is recorded. */
  readonly availableTimeUs: bigint | undefined;
}

/** A place in the log. */
export interface LogPosition {
  readonly partition: number;
  readonly position: bigint;
}

/** Makes a retried append have one effect. */
export interface AppendRequest {
  /** Whose ids these are: principal and project. */
  readonly scope: string;
  /** The caller's id, 1 … 64 characters. */
  readonly id: string;
  /** Digest of the content; another content under the same id is refused with REQUEST_ID_REUSED. */
  readonly digest: Uint8Array;
  /** Makes the answer that a retry gets again, byte for byte. */
  readonly encodeAnswer: (positions: readonly LogPosition[]) => Uint8Array;
}

/** How far one partition of a topic was read by the records of an append. */
export interface StreamPart {
  /** Partition of the topic. */
  readonly partition: number;
  /** The offset that the log holds: what `streamOffsets` answered, or `next` of the append before. Undefined: none yet. */
  readonly from: bigint | undefined;
  /** Offset of the next record to be read. */
  readonly next: bigint;
  /** Records that were read, also those that led to no row. */
  readonly records: number;
}

/** How far the topic of a view version was read by the records of an append. */
export interface StreamOffsets {
  readonly viewId: number;
  readonly topic: string;
  /** At most one for each partition of the topic. */
  readonly parts: readonly StreamPart[];
}

/** How far a partition of a topic is read. */
export interface StreamPosition {
  readonly topic: string;
  /** Partition of the topic. */
  readonly partition: number;
  /** Offset of the next record to be read. */
  readonly next: bigint;
  /** Records that were ever read. */
  readonly records: bigint;
}

/** What else an append does, in the same atomic, durable step. */
export interface AppendExtras {
  /** FENCED, and nothing is done, where the log does not hold every `from`: somebody else reads these partitions. */
  readonly offsets?: StreamOffsets | undefined;
  /** Refused rows to keep. */
  readonly quarantined?: readonly QuarantineAppend[] | undefined;
  /** Refused rows that leave the quarantine. FENCED, and nothing is done, where one of them is not there (any more). */
  readonly dropQuarantined?: readonly bigint[] | undefined;
}

/** The result of an append. */
export interface AppendResult {
  /** One per row, in order. Empty for a replayed request. */
  readonly positions: readonly LogPosition[];
  /** Rows that were not appended, as an event of their id was appended before. */
  readonly duplicates: number;
  /** The stored answer, where the request was seen before (kept at least 24 h). */
  readonly replayedAnswer: Uint8Array | undefined;
}

/** The right to apply a partition. */
export interface Lease {
  readonly partition: number;
  /** One more with every new holder. */
  readonly epoch: bigint;
}

/** How far a partition is. */
export interface PartitionProgress {
  readonly partition: number;
  /** Last position; 0 for an empty partition. */
  readonly head: bigint;
  /** Every row up to here is applied online and its stamp is recorded. */
  readonly applied: bigint;
}

/** Rows of one view version in the log. */
export interface ViewLogCount {
  readonly viewId: number;
  /** Rows that were ever appended. */
  readonly rows: bigint;
  /** Rows whose stamp is recorded. */
  readonly applied: bigint;
  /** Greatest event time of the applied rows, µs UTC; undefined where none is applied. */
  readonly eventTimeMaxUs: bigint | undefined;
}

/** What an erase removed from the log. */
export interface ErasedFromLog {
  readonly logRows: number;
  readonly quarantinedRows: number;
  /** Event ids that were remembered. */
  readonly eventIds: number;
}

/** True for a row whose content was erased; its position, view and times stay. */
export function isErased(row: LogRow): boolean {
  return row.entityKey.length === 0;
}

/**
 * The log: every accepted row, durable before `append` returns. Positions of a partition are given in commit order, so
 * that a reader of `position > n` misses nothing.
 *
 * All methods fail with STORE_UNAVAILABLE when the engine does not answer.
 */
export interface IngestLog {
  /** Short name of the engine. */
  readonly engine: "memory" | "lmdb" | "postgres";

  /**
   * Appends all rows in one atomic, durable step, and copies what it keeps. With a request: one effect for all retries; a
   * twin in flight waits for the first and gets its answer. Where `encodeAnswer` throws, nothing is appended and the
   * error is passed on. A replayed request does nothing of its extras.
   */
  append(rows: readonly LogAppend[], request?: AppendRequest, extras?: AppendExtras): Promise<AppendResult>;

  /** How far the topics of a view version are read, in order of topic and partition. */
  streamOffsets(viewId: number): Promise<StreamPosition[]>;

  /** A page of the quarantine, the latest first. */
  listQuarantine(filter: QuarantineFilter, page: QuarantinePage): Promise<QuarantineEntry[]>;

  /** One row of the quarantine; undefined where none has this id. */
  getQuarantined(id: bigint): Promise<QuarantinedRow | undefined>;

  /** Drops rows of the quarantine, durable before it returns; returns how many. A filter without conditions drops all. */
  dropQuarantined(filter: QuarantineFilter): Promise<number>;

  /** Counts by view version, in order of id; versions without rows that never overflowed may be left out. */
  countQuarantine(): Promise<ViewQuarantineCount[]>;

  /**
   * Removes the content of an entity's rows of these view versions, durable before it returns: log rows become `isErased` and keep
   * position, view and times; rows in quarantine and remembered event ids go. Rows that are appended meanwhile may stay.
   */
  eraseEntity(viewIds: readonly number[], entityKey: Uint8Array): Promise<ErasedFromLog>;

  /**
   * Reads up to `rowsMax` rows of a partition after a position, ascending; fewer do not mean that there are no more. With a lease of the
   * partition rows may be as this process appended them under it: what somebody else did to them since, who then has the lease, is not seen.
   */
  read(partition: number, afterPosition: bigint, rowsMax: number, lease?: Lease): Promise<LogRow[]>;

  /** Progress of all 64 partitions, in order. */
  progress(): Promise<PartitionProgress[]>;

  /** Counts by view version, in order of id. */
  countByView(): Promise<ViewLogCount[]>;

  /**
   * Takes the lease of every partition that is free, expired or already the owner's, for `leaseMs` from now by the clock passed
   * to the log; returns all that the owner holds now, in order of partition. Renewing keeps the epoch, as long as nobody
   * else held the lease meanwhile.
   */
  acquireLeases(owner: string, leaseMs: number): Promise<Lease[]>;

  /**
   * Takes the lease of one partition, whoever holds it, with the next epoch, for `leaseMs` from now by the clock passed to the log:
   * what the holder before has read and not applied yet is FENCED in the log, and in a store once the new holder has passed its fence.
   */
  takeLease(partition: number, owner: string, leaseMs: number): Promise<Lease>;

  /** Gives up all leases of the owner. Whoever takes one next, gets the next epoch. */
  releaseLeases(owner: string): Promise<void>;

  /**
   * Records stamps of applied rows and moves `applied` forward (never back) in one step. A stamp that is already recorded stays.
   * Rows after `applied` may have stamps (a row with a future event time holds `applied` back); a position that is not in the
   * log (any more) is passed over.
   * FENCED when the lease's epoch is not the partition's current one.
   */
  recordApplied(
    lease: Lease,
    applied: bigint,
    stamps: readonly { readonly position: bigint; readonly availableTimeUs: bigint }[],
  ): Promise<void>;

  /**
   * Drops rows of a partition up to a position. Rows after `applied` are never dropped. Positions, progress and counts do not
   * change.
   */
  trim(partition: number, throughPosition: bigint): Promise<void>;

  /** Drops remembered requests that were appended before the instant, µs UTC. */
  forgetRequests(beforeUs: bigint): Promise<void>;

  /** Checks that the engine answers. */
  check(): Promise<void>;

  /** Releases the engine. */
  close(): Promise<void>;
}
