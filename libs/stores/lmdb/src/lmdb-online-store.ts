import { FeatureStoreError } from "@timewell/errors";
import { lmdbKey } from "@timewell/keys";
import {
  type ApplyOptions,
  type ApplyOutcome,
  type Fence,
  type GarbageProgress,
  type OnlineKey,
  type OnlineKeys,
  type OnlineStore,
  type OnlineWrite,
  removalPartition,
} from "@timewell/store-ports";
import { compareVersion, readHeader, writeAvailableTime } from "@timewell/row";
import type { Clock } from "@timewell/ttl";
import { LmdbEnvironment, type Bytes } from "./lmdb-environment.ts";
import { readU64, u64Bytes } from "./u64.ts";

/** How to open the online store. */
export interface LmdbOnlineStoreOptions {
  /** Folder of its own; it is made where it is absent. */
  readonly path: string;
  /** Where stamps come from. */
  readonly clock: Clock;
}

const garbageRowsPerStep = 2_000;
const partitionsMax = 64;
const metaKinds = { runId: 0, epoch: 1, watermark: 2 } as const;
const runIdKey = Buffer.of(metaKinds.runId);
const removalsKey = metaKey(metaKinds.epoch, removalPartition);

/**
 * The embedded online store. One process writes at a time, any number may read. Rows do not expire by themselves.
 *
 * ```
 * database  key                              value
 * rows      [view id u32][entity key]        stored row
 * meta      [0x00]                           run id, text
 * meta      [0x01][partition u8]             highest epoch seen, u64; of partition 64 the last removal
 * meta      [0x02][partition u8]             watermark, u64
 * ```
 */
export async function openLmdbOnlineStore(options: LmdbOnlineStoreOptions): Promise<OnlineStore> {
  const environment = await LmdbEnvironment.open(options);
  const store = new LmdbOnlineStore(environment, options.clock);
  await store.giveRunId();
  return store;
}

class LmdbOnlineStore implements OnlineStore {
  readonly engine = "lmdb";
  readonly expiresPhysically = false;
  readonly #environment: LmdbEnvironment;
  readonly #rows: Bytes;
  readonly #meta: Bytes;
  readonly #clock: Clock;

  constructor(environment: LmdbEnvironment, clock: Clock) {
    this.#environment = environment;
    this.#rows = environment.database("rows");
    this.#meta = environment.database("meta");
    this.#clock = clock;
  }

  /** Names the data when it is made: what is answered here is on disk, so that the name lasts as long as the folder. */
  async giveRunId(): Promise<void> {
    if (this.#environment.read(() => this.#meta.get(runIdKey)) !== undefined) return;
    await this.#environment.write(() => {
      if (this.#meta.get(runIdKey) !== undefined) return;
      this.#meta.putSync(runIdKey, Buffer.from(`lmdb-${this.#clock.nowUs()}`));
    });
  }

  async read(keys: OnlineKeys): Promise<(Uint8Array | undefined)[]> {
    const rows = this.#rows;
    return this.#environment.read(() =>
      Array.from({ length: keys.length }, (_, i) => {
        const { viewId, entityKey } = keys.at(i)!;
        return rows.getBinary(lmdbKey(viewId, entityKey));
      }),
    );
  }

  async apply(writes: readonly OnlineWrite[], options: ApplyOptions = {}): Promise<ApplyOutcome[]> {
    const { fence, watermark, onEqual = "keep" } = options;
    if (writes.length === 0 && fence === undefined) return [];
    return this.#environment.write(() => {
      if (fence !== undefined) this.#passFence(fence);
      const nowUs = this.#clock.nowUs();
      const outcomes = writes.map((write) => this.#applyOne(write, onEqual, nowUs));
      if (fence !== undefined && watermark !== undefined) {
        const key = metaKey(metaKinds.watermark, fence.partition);
        if (watermark > (this.#metaNumber(key) ?? -1n)) this.#meta.putSync(key, u64Bytes(watermark));
      }
      return outcomes;
    });
  }

  async watermarks(): Promise<Map<number, bigint>> {
    return this.#environment.read(() => {
      const watermarks = new Map<number, bigint>();
      for (let partition = 0; partition < partitionsMax; partition++) {
        const stored = this.#meta.get(metaKey(metaKinds.watermark, partition));
        if (stored !== undefined) watermarks.set(partition, readU64(stored, 0));
      }
      return watermarks;
    });
  }

  async runId(): Promise<string> {
    return this.#environment.read(() => this.#meta.get(runIdKey)!.toString());
  }

  async *collectGarbage(viewId: number, eventTimeBeforeUs: bigint): AsyncIterable<GarbageProgress> {
    let rowsScanned = 0;
    let rowsRemoved = 0;
    let start = lmdbKey(viewId, new Uint8Array(0));
    for (;;) {
      const keys = this.#environment.read(() => this.#keysOfView(viewId, start));
      const isOld = (key: Buffer) => {
        const row = this.#rows.getBinary(key);
        return row !== undefined && readHeader(row).eventTimeUs < eventTimeBeforeUs;
      };
      const old = this.#environment.read(() => keys.filter(isOld));
      rowsScanned += keys.length;
      if (old.length > 0) {
        // Looked at again: a row may have changed since it was read.
        rowsRemoved += await this.#environment.write(
          () => old.filter((key) => isOld(key) && this.#rows.removeSync(key)).length,
        );
      }
      yield { rowsScanned, rowsRemoved };
      if (keys.length < garbageRowsPerStep) return;
      start = Buffer.concat([keys.at(-1)!, Buffer.of(0)]);
    }
  }

  async remove(keys: readonly OnlineKey[]): Promise<number> {
    const rowKeys = keys.map(({ viewId, entityKey }) => lmdbKey(viewId, entityKey));
    return this.#environment.write(() => {
      this.#moveRemovals();
      return rowKeys.filter((key) => this.#rows.getBinary(key) !== undefined && this.#rows.removeSync(key))
        .length;
    });
  }

  async removalFence(): Promise<Fence> {
    const seen = this.#environment.read(() => this.#metaNumber(removalsKey));
    const epoch = seen ?? (await this.#environment.write(() => this.#moveRemovals()));
    return { partition: removalPartition, epoch, held: true };
  }

  async check(): Promise<void> {
    await this.runId();
  }

  async close(): Promise<void> {
    await this.#environment.close();
  }

  #keysOfView(viewId: number, start: Buffer): Buffer[] {
    const keys: Buffer[] = [];
    for (const key of this.#rows.getKeys({ start, limit: garbageRowsPerStep })) {
      if (key.readUInt32BE(0) !== viewId) break;
      keys.push(Buffer.from(key));
    }
    return keys;
  }

  #applyOne(write: OnlineWrite, onEqual: "keep" | "replace", nowUs: bigint): ApplyOutcome {
    const key = lmdbKey(write.viewId, write.entityKey);
    const header = readHeader(write.row);
    const stored = this.#rows.getBinary(key);
    const difference = stored === undefined ? 1 : compareVersion(write.row, stored);
    const storedStamp =
      stored !== undefined && difference === 0 ? readHeader(stored).availableTimeUs : undefined;
    if (difference === 0 && onEqual === "keep") return { written: false, availableTimeUs: storedStamp };

    const stamp = nowUs > header.eventTimeUs ? nowUs : header.eventTimeUs;
    const availableTimeUs = write.stampAvailableTime ? (storedStamp ?? stamp) : header.availableTimeUs;
    if (difference < 0) return { written: false, availableTimeUs };
    this.#rows.putSync(
      key,
      write.stampAvailableTime ? stamped(write.row, availableTimeUs!) : asBuffer(write.row),
    );
    return { written: true, availableTimeUs };
  }

  #passFence({ partition, epoch, held }: Fence): void {
    const key = metaKey(metaKinds.epoch, partition);
    const seen = this.#metaNumber(key);
    if (seen === undefined ? held === true : epoch < seen) {
      throw new FeatureStoreError(
        "FENCED",
        `Cannot apply rows of partition ${partition}: the lease has epoch ${epoch}, the store has seen epoch ${seen ?? "none"}`,
        { hint: "Acquire the lease again" },
      );
    }
    if (epoch !== seen) this.#meta.putSync(key, u64Bytes(epoch));
  }

  #moveRemovals(): bigint {
    const next = (this.#metaNumber(removalsKey) ?? 0n) + 1n;
    const nowUs = this.#clock.nowUs();
    const epoch = next > nowUs ? next : nowUs;
    this.#meta.putSync(removalsKey, u64Bytes(epoch));
    return epoch;
  }

  #metaNumber(key: Buffer): bigint | undefined {
    const stored = this.#meta.get(key);
    return stored === undefined ? undefined : readU64(stored, 0);
  }
}

function metaKey(kind: number, partition: number): Buffer {
  return Buffer.of(kind, partition);
}

function stamped(row: Uint8Array, availableTimeUs: bigint): Buffer {
  const copy = Buffer.from(row);
  writeAvailableTime(copy, availableTimeUs);
  return copy;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
