/** Where a row lives online: one value per view version and entity key. */
export interface OnlineKey {
  /** Registry-wide id of the view version, unsigned 32 bit. */
  readonly viewId: number;
  /** Composite key code of the entity (`@timewell/keys`), at most 1,024 bytes. */
  readonly entityKey: Uint8Array;
}

/** Keys to read: an array of them, or a `KeyList`. */
export interface OnlineKeys {
  readonly length: number;
  at(index: number): OnlineKey | undefined;
}

/** One row to write. */
export interface OnlineWrite extends OnlineKey {
  /** Stored-row bytes: header and payload (`@timewell/row`). */
  readonly row: Uint8Array;
  /**
   * True for a row of the log that has no available time yet: the store writes `max(its own clock, event time)` into
   * the header in the same atomic step that makes the row visible. Where the row is there already with a stamp, that
   * stamp is kept.
   */
  readonly stampAvailableTime: boolean;
  /**
   * When the store may drop the row by itself, µs UTC. Absent: never. Ignored by engines without physical expiry. Where
   * it has passed already, the row may be gone as soon as it is written.
   */
  readonly expiresAtUs?: bigint | undefined;
}

/** Stands in fences for what removals move on, beside the partitions of the log. */
export const removalPartition = 64;

/** A holder of a log partition, or of what `removalFence` answered. */
export interface Fence {
  readonly partition: number;
  readonly epoch: bigint;
  /**
   * True where the holder has passed this fence before. A store that does not know the partition has lost what it held
   * then, and refuses with FENCED, so that nothing is built on a store that forgot what came before.
   */
  readonly held?: boolean | undefined;
}

/** How to apply a batch. */
export interface ApplyOptions {
  /**
   * Holder of a log partition. The store refuses the whole batch with FENCED when it has seen a higher epoch for the
   * partition, and remembers the highest. No rows are needed: an empty batch only passes the fence.
   */
  readonly fence?: Fence | undefined;
  /**
   * Position of the fenced partition up to which everything is applied once this batch is; kept in the store together
   * with the last row of the batch. It never moves back. Without a fence it has no meaning.
   */
  readonly watermark?: bigint | undefined;
  /**
   * What an equal (event time, order) does: `keep` leaves the stored row (the default), `replace` writes the row
   * again, for rebuilds that heal a damaged store.
   */
  readonly onEqual?: "keep" | "replace" | undefined;
}

/** What became of one row. */
export interface ApplyOutcome {
  /** True where the row became the stored one. */
  readonly written: boolean;
  /**
   * The available time of this row, µs UTC: the stored stamp where an equal row was there already, a new stamp
   * where one was asked for, else that of the row's header. Undefined where it is not recorded.
   */
  readonly availableTimeUs: bigint | undefined;
}

/** How far garbage collection is. */
export interface GarbageProgress {
  /** Rows looked at so far. */
  readonly rowsScanned: number;
  /** Rows removed so far. */
  readonly rowsRemoved: number;
}

/**
 * The latest row of each entity of each view version.
 *
 * Every engine must behave like `InMemoryOnlineStore`; a visible difference is a bug. All methods fail with
 * STORE_UNAVAILABLE when the engine does not answer, with the engine's error as the cause.
 */
export interface OnlineStore {
  /** Short name of the engine, for metrics and status. */
  readonly engine: "memory" | "lmdb" | "redis";
  /** True where `expiresAtUs` is obeyed. */
  readonly expiresPhysically: boolean;

  /**
   * Reads rows in one round trip. The result has one element per key, in order; undefined where no row is stored.
   * The bytes are only valid until the caller's next await point; copy what must live longer. The keys must not change before the
   * result is there.
   */
  read(keys: OnlineKeys): Promise<(Uint8Array | undefined)[]>;

  /**
   * Names the server that holds a key, where there are several: a read of keys of one shard asks that server only, and fails
   * only with it. It may change between two calls. Absent: there is one server or none. What an engine with shards reads stays
   * valid.
   */
  shardOf?(key: OnlineKey): number;

  /**
   * Writes rows. Each row replaces the stored one iff its bytes 2..18 (event time, order) compare greater; the
   * compare and the write are one atomic step in the store. Rows of one batch are applied in order. Outcomes come
   * in the order of the rows. A row is never half written; a failed call may have written any of its rows, and
   * calling again is harmless.
   */
  apply(writes: readonly OnlineWrite[], options?: ApplyOptions): Promise<ApplyOutcome[]>;

  /** Watermarks by partition: the log position up to which everything is applied. A partition without one is absent. */
  watermarks(): Promise<Map<number, bigint>>;

  /**
   * Names the running instance: another value whenever writes that were answered may be gone, that is, after a restart
   * or failover of a server, or in a new folder of an embedded engine.
   */
  runId(): Promise<string>;

  /**
   * Removes rows of a view version whose event time is before the instant, tombstones included. A row that changes
   * meanwhile stays. Yields after every few thousand rows and at the end.
   */
  collectGarbage(viewId: number, eventTimeBeforeUs: bigint): AsyncIterable<GarbageProgress>;

  /**
   * Removes rows, whatever their times, and returns how many were there. A row that is applied later is stored as a new one; a batch
   * under a fence of before, be it of `removalFence` or of a partition of these keys that somebody else holds now, writes none of them.
   */
  remove(keys: readonly OnlineKey[]): Promise<number>;

  /**
   * A fence that each `remove` moves on: who takes it, reads rows somewhere and applies them under it, is FENCED where rows were
   * removed meanwhile. It moves no watermark.
   */
  removalFence(): Promise<Fence>;

  /**
   * Checks that the engine answers and is configured safely (Redis: maxmemory-policy noeviction). STORE_MISCONFIGURED
   * says what to change.
   */
  check(): Promise<void>;

  /** Releases the engine. Calls under way end first. */
  close(): Promise<void>;
}
