import { FeatureStoreError } from "@timewell/errors";
import {
  type ApplyOptions,
  type ApplyOutcome,
  type Fence,
  type OnlineKey,
  type OnlineStore,
  type OnlineWrite,
  removalPartition,
} from "@timewell/store-ports";
import type { Clock } from "@timewell/ttl";

/** A batch as the store has it now. */
export interface JournalEntry {
  /** When it was applied, µs UTC. */
  readonly atUs: bigint;
  readonly writes: readonly OnlineWrite[];
  readonly options: ApplyOptions;
}

/** An online store that a story takes away, holds up, cuts off from its callers and exchanges. */
export class StagedStore implements OnlineStore {
  /** Calls that are with the store now; those that are held up do not count. */
  inFlight = 0;
  isDown = false;
  /** The next batch of the log is applied, and its answer is lost. */
  losesNextAnswer = false;
  /** What was applied, in order, as it can be applied again. */
  readonly journal: JournalEntry[] = [];
  readonly #clock: Clock;
  #now: OnlineStore;
  #starts = 0;
  #held: PromiseWithResolvers<void> | undefined;

  constructor(now: OnlineStore, clock: Clock) {
    this.#now = now;
    this.#clock = clock;
  }

  get engine(): OnlineStore["engine"] {
    return this.#now.engine;
  }

  get expiresPhysically(): boolean {
    return this.#now.expiresPhysically;
  }

  /** From now on it is another store, or the same one after a restart. */
  become(now: OnlineStore): void {
    this.#now = now;
    this.#starts++;
  }

  /** Holds up what comes from the log: it is acknowledged, and cannot be read. */
  hold(): void {
    this.#held ??= Promise.withResolvers();
  }

  /** Lets it go on. */
  release(): void {
    this.#held?.resolve();
    this.#held = undefined;
  }

  get isHeld(): boolean {
    return this.#held !== undefined;
  }

  read(keys: readonly OnlineKey[]): Promise<(Uint8Array | undefined)[]> {
    return this.#call((store) => store.read(keys));
  }

  async apply(writes: readonly OnlineWrite[], options: ApplyOptions = {}): Promise<ApplyOutcome[]> {
    const isOfLog =
      options.fence !== undefined && options.fence.partition !== removalPartition && writes.length > 0;
    while (isOfLog && this.#held !== undefined && !this.isDown) await this.#held.promise;
    const outcomes = await this.#call(async (store) => {
      const applied = await store.apply(writes, options);
      await this.#remember(store, writes, options);
      return applied;
    });
    if (isOfLog && this.losesNextAnswer) {
      this.losesNextAnswer = false;
      throw unavailable();
    }
    return outcomes;
  }

  watermarks(): Promise<Map<number, bigint>> {
    return this.#call((store) => store.watermarks());
  }

  runId(): Promise<string> {
    return this.#call(async (store) => `${await store.runId()}/${this.#starts}`);
  }

  collectGarbage(viewId: number, beforeUs: bigint) {
    return this.#now.collectGarbage(viewId, beforeUs);
  }

  remove(keys: readonly OnlineKey[]): Promise<number> {
    return this.#call((store) => store.remove(keys));
  }

  removalFence(): Promise<Fence> {
    return this.#call((store) => store.removalFence());
  }

  check(): Promise<void> {
    return this.#call((store) => store.check());
  }

  close(): Promise<void> {
    return this.#now.close();
  }

  async #call<T>(call: (store: OnlineStore) => Promise<T>): Promise<T> {
    this.inFlight++;
    try {
      if (this.isDown) throw unavailable();
      const store = this.#now;
      const result = await call(store);
      if (this.isDown || store !== this.#now) throw unavailable();
      return result;
    } finally {
      this.inFlight--;
    }
  }

  async #remember(store: OnlineStore, writes: readonly OnlineWrite[], options: ApplyOptions): Promise<void> {
    if (store.engine !== "memory") return;
    const rows = await store.read(writes);
    const entries = writes.flatMap((write, i): OnlineWrite[] => {
      const row = rows[i];
      return row === undefined ? [] : [{ ...write, row: row.slice(), stampAvailableTime: false }];
    });
    const { fence, watermark } = options;
    this.journal.push({
      atUs: this.#clock.nowUs(),
      writes: entries,
      options: {
        ...(fence === undefined ? {} : { fence: { partition: fence.partition, epoch: fence.epoch } }),
        watermark,
        onEqual: "replace",
      },
    });
  }
}

function unavailable(): FeatureStoreError {
  return new FeatureStoreError("STORE_UNAVAILABLE", "Cannot reach the online store: the story took it away");
}
