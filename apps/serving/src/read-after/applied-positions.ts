import { FeatureStoreError } from "@timewell/errors";
import { type LogPosition, logPartitions, type OnlineStore } from "@timewell/store-ports";
import type { Clock } from "@timewell/ttl";

/** Most positions that one read may wait for. */
export const afterPositionsMax = 10_000;

/** Time between two looks at the store while anybody waits, ms. */
const pollMs = 5;
/** How long others wait for one look before they are looked after, ms. */
const lookMaxMs = 20;
/** Longest wait of a call that has no deadline, ms. */
const waitMaxMs = 60_000;

interface Waiter {
  /** The greatest position asked for, by partition. */
  readonly wanted: ReadonlyMap<number, bigint>;
  readonly dueMs: number;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Tells when rows of the log can be read online, by the watermarks that the store keeps. All who wait share one look at the store
 * every few milliseconds; where nobody waits, nobody looks. A watermark stands still before a row whose event time is still to
 * come: later rows of its partition are not told of until then.
 */
export class AppliedPositions {
  readonly #store: Pick<OnlineStore, "watermarks">;
  readonly #clock: Clock;
  readonly #waiters = new Set<Waiter>();
  #known: ReadonlyMap<number, bigint> = new Map();
  #looks = false;
  #asking: Promise<unknown> | undefined;

  constructor({
    onlineStore,
    clock,
  }: {
    readonly onlineStore: Pick<OnlineStore, "watermarks">;
    readonly clock: Clock;
  }) {
    this.#store = onlineStore;
    this.#clock = clock;
  }

  /**
   * Resolves when every position is applied; STORE_UNAVAILABLE where that takes longer than `withinMs` or the store does not answer.
   * INVALID_REQUEST for what is no position, LIMIT_EXCEEDED for more than 10,000.
   */
  wait(positions: readonly LogPosition[], withinMs: number): Promise<void> {
    const wanted = greatest(positions);
    if (missing(wanted, this.#known) === undefined) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const dueMs = this.#clock.monotonicMs() + Math.min(withinMs, waitMaxMs);
      this.#waiters.add({ wanted, dueMs, resolve, reject });
      if (this.#looks) return;
      this.#looks = true;
      void this.#look();
    });
  }

  async #look(): Promise<void> {
    while (this.#waiters.size > 0) {
      const asked = [...this.#waiters];
      const nextMs = this.#clock.monotonicMs() + pollMs;
      const lost = await this.#ask(asked);
      for (const waiter of asked) this.#settle(waiter, lost);
      const restMs = nextMs - this.#clock.monotonicMs();
      if (this.#waiters.size > 0) await this.#clock.sleep(Math.max(restMs, 1));
    }
    // What is known now may be undone while nobody looks: a store that is restored from a copy begins further back.
    this.#known = new Map();
    this.#looks = false;
  }

  /** Looks, or goes on with a look that takes long; returns why it could not. Nobody's time runs out meanwhile. */
  async #ask(asked: readonly Waiter[]): Promise<unknown> {
    this.#asking ??= this.#store
      .watermarks()
      .then(
        (watermarks) => void (this.#known = watermarks),
        (reason: unknown) => reason,
      )
      .finally(() => (this.#asking = undefined));
    const dueMs = asked.reduce((least, waiter) => Math.min(least, waiter.dueMs), Infinity);
    const restMs = Math.min(Math.max(dueMs - this.#clock.monotonicMs(), 0), lookMaxMs);
    const timer = new AbortController();
    const late = this.#clock.sleep(restMs, timer.signal).catch(() => undefined);
    const lost: unknown = await Promise.race([this.#asking, late]);
    timer.abort();
    return lost;
  }

  #settle(waiter: Waiter, lost: unknown): void {
    const open = missing(waiter.wanted, this.#known);
    const isLate = this.#clock.monotonicMs() >= waiter.dueMs;
    if (open !== undefined && lost === undefined && !isLate) return;
    this.#waiters.delete(waiter);
    if (open === undefined) waiter.resolve();
    else waiter.reject(lost ?? notApplied(open, this.#known.get(open.partition) ?? 0n));
  }
}

function greatest(positions: readonly LogPosition[]): Map<number, bigint> {
  if (positions.length > afterPositionsMax)
    throw new FeatureStoreError(
      "LIMIT_EXCEEDED",
      `Cannot read after ${positions.length} positions: at most ${afterPositionsMax} are allowed`,
      {
        field: "options.after",
        hint: "Send the greatest position of each partition; there are 64 partitions",
      },
    );
  const wanted = new Map<number, bigint>();
  for (const { partition, position } of positions) {
    if (partition >= logPartitions)
      throw new FeatureStoreError(
        "INVALID_REQUEST",
        `Cannot read after position ${position} of partition ${partition}: partitions are 0 to ${logPartitions - 1}`,
        { field: "options.after", hint: "Send positions as a push answered them" },
      );
    if (position > (wanted.get(partition) ?? 0n)) wanted.set(partition, position);
  }
  return wanted;
}

function missing(
  wanted: ReadonlyMap<number, bigint>,
  known: ReadonlyMap<number, bigint>,
): LogPosition | undefined {
  for (const [partition, position] of wanted)
    if ((known.get(partition) ?? 0n) < position) return { partition, position };
  return undefined;
}

function notApplied({ partition, position }: LogPosition, applied: bigint): FeatureStoreError {
  return new FeatureStoreError(
    "STORE_UNAVAILABLE",
    `Cannot read after position ${position} of log partition ${partition} in time: the online store holds rows up to position ${applied}`,
    {
      hint: "Allow more time, or see `timewell status` for rows that wait to be applied; a row with an event time in the future holds back those behind it",
    },
  );
}
