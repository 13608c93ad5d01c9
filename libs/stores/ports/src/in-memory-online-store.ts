import { FeatureStoreError } from "@timewell/errors";
import { lmdbKey } from "@timewell/keys";
import { compareVersion, readHeader, writeAvailableTime } from "@timewell/row";
import type { Clock } from "@timewell/ttl";
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
} from "./online-store.ts";

interface Stored {
  readonly viewId: number;
  readonly row: Uint8Array;
  readonly expiresAtUs: bigint | undefined;
}

const garbageRowsPerStep = 2_000;
let instances = 0;

/**
 * The reference online store: it keeps everything in memory and loses it at the end of the process. `apply` does its
 * work in one synchronous step. Rows are copied on their way in, and what `read` returns is never changed.
 */
export class InMemoryOnlineStore implements OnlineStore {
  readonly engine = "memory";
  readonly expiresPhysically = true;
  readonly #clock: Clock;
  readonly #runId: string;
  /** By view id and entity key, one character a byte. */
  readonly #rows = new Map<string, Stored>();
  readonly #epochs = new Map<number, bigint>();
  readonly #watermarks = new Map<number, bigint>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#runId = `memory-${clock.nowUs()}-${++instances}`;
  }

  async read(keys: OnlineKeys): Promise<(Uint8Array | undefined)[]> {
    return Array.from({ length: keys.length }, (_, i) => this.#alive(mapKey(keys.at(i)!))?.row);
  }

  async apply(writes: readonly OnlineWrite[], options: ApplyOptions = {}): Promise<ApplyOutcome[]> {
    const { fence, watermark, onEqual = "keep" } = options;
    if (fence !== undefined) this.#passFence(fence);
    const outcomes = writes.map((write) => this.#applyOne(write, onEqual));
    if (fence !== undefined && watermark !== undefined) {
      const before = this.#watermarks.get(fence.partition) ?? 0n;
      this.#watermarks.set(fence.partition, watermark > before ? watermark : before);
    }
    return outcomes;
  }

  async watermarks(): Promise<Map<number, bigint>> {
    return new Map(this.#watermarks);
  }

  async runId(): Promise<string> {
    return this.#runId;
  }

  async *collectGarbage(viewId: number, eventTimeBeforeUs: bigint): AsyncIterable<GarbageProgress> {
    let rowsScanned = 0;
    let rowsRemoved = 0;
    const keys = [...this.#rows].filter(([, stored]) => stored.viewId === viewId).map(([key]) => key);
    for (const key of keys) {
      const stored = this.#rows.get(key);
      rowsScanned++;
      if (stored !== undefined && readHeader(stored.row).eventTimeUs < eventTimeBeforeUs) {
        this.#rows.delete(key);
        rowsRemoved++;
      }
      if (rowsScanned % garbageRowsPerStep === 0) yield { rowsScanned, rowsRemoved };
    }
    yield { rowsScanned, rowsRemoved };
  }

  async remove(keys: readonly OnlineKey[]): Promise<number> {
    this.#moveRemovals();
    return keys.filter((key) => this.#alive(mapKey(key)) !== undefined && this.#rows.delete(mapKey(key)))
      .length;
  }

  async removalFence(): Promise<Fence> {
    const epoch = this.#epochs.get(removalPartition) ?? this.#moveRemovals();
    return { partition: removalPartition, epoch, held: true };
  }

  async check(): Promise<void> {}

  async close(): Promise<void> {}

  #applyOne(write: OnlineWrite, onEqual: "keep" | "replace"): ApplyOutcome {
    const key = mapKey(write);
    const row = Uint8Array.from(write.row);
    const header = readHeader(row);
    const stored = this.#alive(key)?.row;
    const difference = stored === undefined ? 1 : compareVersion(row, stored);
    const storedStamp =
      stored !== undefined && difference === 0 ? readHeader(stored).availableTimeUs : undefined;
    if (difference === 0 && onEqual === "keep") return { written: false, availableTimeUs: storedStamp };

    const availableTimeUs = write.stampAvailableTime
      ? (storedStamp ?? later(this.#clock.nowUs(), header.eventTimeUs))
      : header.availableTimeUs;
    const written = difference >= 0;
    if (written) {
      if (availableTimeUs !== undefined) writeAvailableTime(row, availableTimeUs);
      this.#rows.set(key, { viewId: write.viewId, row, expiresAtUs: write.expiresAtUs });
    }
    return { written, availableTimeUs };
  }

  #moveRemovals(): bigint {
    const next = later((this.#epochs.get(removalPartition) ?? 0n) + 1n, this.#clock.nowUs());
    this.#epochs.set(removalPartition, next);
    return next;
  }

  #alive(key: string): Stored | undefined {
    const stored = this.#rows.get(key);
    if (stored?.expiresAtUs === undefined || stored.expiresAtUs > this.#clock.nowUs()) return stored;
    this.#rows.delete(key);
    return undefined;
  }

  #passFence({ partition, epoch, held }: Fence): void {
    const seen = this.#epochs.get(partition);
    if (seen === undefined ? held === true : epoch < seen) {
      throw new FeatureStoreError(
        "FENCED",
        `Cannot apply rows of partition ${partition}: the lease has epoch ${epoch}, the store has seen epoch ${seen ?? "none"}`,
        { hint: "Acquire the lease again" },
      );
    }
    this.#epochs.set(partition, epoch);
  }
}

function mapKey({ viewId, entityKey }: OnlineKey): string {
  return lmdbKey(viewId, entityKey).toString("latin1");
}

function later(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
