import { KeyList, type OnlineKeys, type OnlineStore, placesBy } from "@timewell/store-ports";
import { type Clock, CoarseTimer } from "@timewell/ttl";

import type { ServingDeps, ServingMetrics } from "../serving-deps.ts";
import { Gathering, type StoredRow, type Waiter } from "./gathering.ts";

/** Makes an answer of rows; those of this request begin at `from`. It must copy what it needs. */
export type TakeRows<T> = (rows: readonly StoredRow[], from: number) => T;

interface Batch {
  readonly keys: KeyList;
  readonly waiters: Waiter[];
  /** Where the keys of each waiter begin. */
  readonly starts: number[];
}

/** Keys of one read of the store; a request that has more is read alone. */
const keysMax = 4_096;
/** Lists of keys that wait for their next use. */
const idleListsMax = 8;
/** Steps in which partial answers come due. */
const tickMs = 2;

/**
 * Makes one read of the store out of those that the requests of one turn of the event loop ask for. Where the store has
 * shards, one for each: what is lost with a shard is lost only to the requests that need it.
 */
export class CoalescedReads {
  readonly #store: Pick<OnlineStore, "read" | "shardOf">;
  readonly #clock: Clock;
  readonly #metrics: Pick<ServingMetrics, "observeStoreRead">;
  readonly #alarms: CoarseTimer;
  /** By shard. */
  #batches = new Map<number, Batch>();
  readonly #idleLists: KeyList[] = [];

  /** Every read of the store is observed, whether it ends well or not. */
  constructor({ onlineStore, clock, metrics }: Pick<ServingDeps, "onlineStore" | "clock" | "metrics">) {
    this.#store = onlineStore;
    this.#clock = clock;
    this.#metrics = metrics;
    this.#alarms = new CoarseTimer(clock, tickMs);
  }

  /** Reads keys together with those of other requests; they are the caller's again at once. STORE_UNAVAILABLE where any of them cannot be read. */
  read<T>(keys: OnlineKeys, take: TakeRows<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const waiter = answering(take, resolve, reject);
      if (this.#store.shardOf === undefined) this.#enqueue(0, keys, waiter);
      else this.#scatter(keys, new Gathering(keys.length, false, waiter));
    });
  }

  /** The same, but what cannot be read, or not within `withinMs`, is `lostRow`. */
  readPartly<T>(keys: OnlineKeys, withinMs: number, take: TakeRows<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const alarm = { dueMs: this.#clock.monotonicMs() + withinMs, ring: () => gathering.finish() };
      let place = -1;
      const waiter = answering(take, resolve, reject);
      const gathering = new Gathering(keys.length, true, {
        take: (rows, from) => {
          this.#alarms.clear(place, alarm);
          waiter.take(rows, from);
        },
        lose: (reason) => {
          this.#alarms.clear(place, alarm);
          waiter.lose(reason);
        },
      });
      this.#scatter(keys, gathering);
      if (withinMs < Infinity) place = this.#alarms.add(alarm);
    });
  }

  #scatter(keys: OnlineKeys, gathering: Gathering): void {
    const shards = placesBy(keys.length, (i) => this.#store.shardOf?.(keys.at(i)!) ?? 0);
    for (const [shard, places] of shards) {
      const part = places.map((i) => keys.at(i)!);
      this.#enqueue(shard, part, gathering.part(places));
    }
  }

  #enqueue(shard: number, keys: OnlineKeys, waiter: Waiter): void {
    let batch = this.#batches.get(shard);
    if (batch !== undefined && batch.keys.length + keys.length > keysMax) {
      this.#batches.delete(shard);
      this.#send(batch);
      batch = undefined;
    }
    if (batch === undefined) {
      if (this.#batches.size === 0) setImmediate(() => this.#flush());
      batch = { keys: this.#idleLists.pop() ?? new KeyList(), waiters: [], starts: [] };
      this.#batches.set(shard, batch);
    }
    batch.starts.push(batch.keys.length);
    batch.waiters.push(waiter);
    batch.keys.append(keys);
  }

  #flush(): void {
    const batches = this.#batches;
    if (batches.size === 0) return;
    this.#batches = new Map();
    for (const batch of batches.values()) this.#send(batch);
  }

  #send({ keys, waiters, starts }: Batch): void {
    const startMs = this.#clock.monotonicMs();
    const observe = () => {
      const seconds = (this.#clock.monotonicMs() - startMs) / 1000;
      this.#metrics.observeStoreRead(seconds, keys.length, waiters.length);
      keys.clear();
      if (this.#idleLists.length < idleListsMax) this.#idleLists.push(keys);
    };
    this.#store.read(keys).then(
      (rows) => {
        observe();
        for (let w = 0; w < waiters.length; w++) waiters[w]!.take(rows, starts[w]!);
      },
      (reason: unknown) => {
        observe();
        for (const waiter of waiters) waiter.lose(reason);
      },
    );
  }
}

function answering<T>(
  take: TakeRows<T>,
  resolve: (answer: T) => void,
  lose: (reason: unknown) => void,
): Waiter {
  return {
    take(rows, from) {
      try {
        resolve(take(rows, from));
      } catch (reason) {
        lose(reason);
      }
    },
    lose,
  };
}
