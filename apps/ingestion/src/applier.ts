import { FeatureStoreError } from "@timewell/errors";
import type { Lease, LogPosition, PartitionProgress } from "@timewell/store-ports";

import type { IngestionDeps } from "./ingestion-deps.ts";
import { PartitionApplier } from "./partition-applier.ts";
import { recoverStore } from "./recover-store.ts";
import { startPositions } from "./start-positions.ts";
import { StoreWatch } from "./store-watch.ts";

const pollMs = 200;
const retryMs = 500;

/**
 * Carries the log to the online store: holds the leases of partitions, runs one `PartitionApplier` for each, notices a
 * store that was restarted, and tells pushes when their rows can be read.
 */
export class Applier {
  readonly #deps: IngestionDeps;
  readonly #owner: string;
  readonly #stopping = new AbortController();
  readonly #partitions = new Map<number, { lease: Lease; applier: PartitionApplier }>();
  readonly #busy = new Set<number>();
  readonly #again = new Set<number>();
  readonly #waiters = new Set<() => void>();
  /** Partitions that this process has begun to apply: the online store must have a watermark of each. */
  readonly #begun = new Set<number>();
  #running: Promise<void> | undefined;
  #progress: readonly PartitionProgress[] = [];
  #leasesUntilMs = 0;
  readonly #watch: StoreWatch;
  #recovered = false;

  constructor(deps: IngestionDeps) {
    this.#deps = deps;
    this.#owner = deps.newId();
    this.#watch = new StoreWatch(deps);
  }

  /** Starts to apply; returns at once. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends after the batches under way, and gives the leases up for another process to take. */
  async stop(): Promise<void> {
    this.#stopping.abort(
      new FeatureStoreError("SHUTTING_DOWN", "Cannot apply the log: the server is shutting down"),
    );
    await this.#running;
    while (this.#busy.size > 0) await this.#deps.clock.sleep(10);
    await this.#watch.recordSighting().catch((error: unknown) => {
      this.#deps.log.warn({ err: error }, "it is not recorded when the online store was last whole");
    });
    await this.#deps.ingestLog.releaseLeases(this.#owner).catch((error: unknown) => {
      this.#deps.log.warn({ err: error }, "leases are not released; they expire by themselves");
    });
  }

  /** Partitions that this process may apply now, and the position up to which each has got. */
  leases(): readonly Lease[] {
    return [...this.#partitions.values()].map(({ lease }) => lease);
  }

  /** Rows that are durable and not applied, as of the last look. */
  backlogRows(): bigint {
    return this.#progress.reduce((sum, { head, applied }) => sum + head - applied, 0n);
  }

  /** Throws OVERLOADED while too many rows wait. */
  refuseWhenOverloaded(): void {
    const backlog = this.backlogRows();
    if (backlog <= this.#deps.settings.backlogRowsMax) return;
    throw new FeatureStoreError(
      "OVERLOADED",
      `Cannot take more rows: ${backlog} rows wait to be applied online`,
      {
        hint: "Retry later with backoff; see `timewell status` for the online store's health",
      },
    );
  }

  /** Says that partitions have new rows. */
  wake(positions: readonly LogPosition[]): void {
    for (const partition of new Set(positions.map((position) => position.partition))) this.#drain(partition);
  }

  /**
   * Resolves when every position can be read online, or waits for its event time. Rejects with the signal's reason.
   */
  async waitApplied(positions: readonly LogPosition[], signal: AbortSignal): Promise<void> {
    let open = positions;
    for (;;) {
      open = open.filter((position) => !this.#isApplied(position));
      if (open.length === 0) return;
      await this.#nextChange(signal);
    }
  }

  #isApplied({ partition, position }: LogPosition): boolean {
    const own = this.#partitions.get(partition);
    if (own !== undefined) return own.applier.cursor >= position;
    return (this.#progress[partition]?.applied ?? 0n) >= position;
  }

  #nextChange(signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const fail = () => reject(FeatureStoreError.from(signal.reason));
    if (signal.aborted) fail();
    signal.addEventListener("abort", fail, { once: true });
    this.#waiters.add(resolve);
    return promise.finally(() => {
      this.#waiters.delete(resolve);
      signal.removeEventListener("abort", fail);
    });
  }

  /** Two loops: the backlog is seen, and limited, also while leases wait for a store that is down or being recovered. */
  async #run(): Promise<void> {
    await Promise.all([this.#repeat(() => this.#keepLeases()), this.#repeat(() => this.#look())]);
  }

  async #repeat(step: () => Promise<void>): Promise<void> {
    const { clock, log } = this.#deps;
    while (!this.#stopping.signal.aborted) {
      try {
        await step();
        await clock.sleep(pollMs, this.#stopping.signal).catch(() => undefined);
      } catch (error) {
        log.error({ err: error }, "the log cannot be applied now; trying again");
        await clock.sleep(retryMs, this.#stopping.signal).catch(() => undefined);
      }
    }
  }

  /** The leases are not what they were, or the store forgot them all: the next round takes everything up anew. */
  #beginAgain(): void {
    this.#partitions.clear();
    this.#leasesUntilMs = 0;
  }

  /** Renews the leases in time, and looks whether the store is still the one it was. */
  async #keepLeases(): Promise<void> {
    const { clock, settings } = this.#deps;
    if (clock.monotonicMs() < this.#leasesUntilMs) return;
    await this.#takeLeases();
    this.#leasesUntilMs = clock.monotonicMs() + settings.leaseMs / 3;
  }

  /** Looks for new rows of any process. */
  async #look(): Promise<void> {
    this.#progress = await this.#deps.ingestLog.progress();
    for (const { partition, head } of this.#progress) {
      const applier = this.#partitions.get(partition)?.applier;
      if (applier !== undefined && (applier.cursor < head || applier.hasDeferred)) this.#drain(partition);
    }
    for (const tell of this.#waiters) tell();
    await this.#watch.look((partition, position) => this.#isApplied({ partition, position }));
  }

  async #takeLeases(): Promise<void> {
    const { clock, ingestLog, onlineStore, settings } = this.#deps;
    const leases = await ingestLog.acquireLeases(this.#owner, settings.leaseMs);
    await this.#watch.begin();
    const atUs = clock.nowUs();
    const runId = await this.#watch.asked(() => onlineStore.runId());
    const restarted = this.#watch.runId !== undefined && this.#watch.runId !== runId;
    if (restarted) await this.#watch.lost("RESTARTED");
    const known = await this.#watch.asked(() => onlineStore.watermarks());
    const forgot = leases.some(({ partition }) => this.#begun.has(partition) && !known.has(partition));
    const kept = (lease: Lease) =>
      !restarted && !forgot && this.#partitions.get(lease.partition)?.lease.epoch === lease.epoch;
    const fresh = leases.filter((lease) => !kept(lease));
    if (fresh.length > 0) await this.#begin(fresh, restarted);
    const held = new Set(leases.map((lease) => lease.partition));
    for (const partition of this.#partitions.keys())
      if (!held.has(partition)) {
        this.#partitions.delete(partition);
        this.#watch.settled(partition);
      }
    if (await this.#isSafe()) await this.#watch.whole(runId, atUs);
  }

  /** False where the store may drop rows by itself: it goes on, but what it answers is not to be trusted. */
  async #isSafe(): Promise<boolean> {
    try {
      await this.#watch.asked(() => this.#deps.onlineStore.check());
      return true;
    } catch (error) {
      if (!(error instanceof FeatureStoreError) || error.kind !== "STORE_MISCONFIGURED") throw error;
      await this.#watch.lost("MISCONFIGURED");
      return false;
    }
  }

  async #begin(leases: readonly Lease[], restarted: boolean): Promise<void> {
    await this.#halt(leases);
    const watermarks = await this.#watch.asked(() => this.#deps.onlineStore.watermarks());
    const lost = leases.filter((lease) => !watermarks.has(lease.partition));
    const forgot = lost.some((lease) => this.#begun.has(lease.partition));
    if (forgot || (lost.length > 0 && this.#watch.hasSeen)) await this.#watch.lost("LOST_DATA");
    // Before the recovery: what is flushed while that reads segments is applied from the log then, and never not at all.
    const starts = await startPositions(this.#deps, leases, watermarks, restarted);
    if (restarted || forgot || (lost.length > 0 && !this.#recovered)) {
      const everything = lost.length > 0;
      await recoverStore(this.#deps, { everything }, this.#stopping.signal);
      this.#recovered = true;
    }
    await Promise.all(
      leases.map(async (lease) => {
        const startAfter = starts.get(lease.partition) ?? 0n;
        const fence = { partition: lease.partition, epoch: lease.epoch };
        await this.#watch.asked(() => this.#deps.onlineStore.apply([], { fence, watermark: startAfter }));
        this.#partitions.set(lease.partition, {
          lease,
          applier: new PartitionApplier(this.#deps, this.#watch, lease, {
            startAfter,
            writtenUntil: watermarks.get(lease.partition) ?? 0n,
          }),
        });
        this.#begun.add(lease.partition);
      }),
    );
  }

  /** Gives partitions up and waits for their batches under way, so that nothing of before moves a watermark after. */
  async #halt(leases: readonly Lease[]): Promise<void> {
    for (const { partition } of leases) this.#partitions.delete(partition);
    while (leases.some(({ partition }) => this.#busy.has(partition))) await this.#deps.clock.sleep(10);
  }

  /** Applies a partition until nothing is left; where that is under way already, once more after it. */
  #drain(partition: number): void {
    const own = this.#partitions.get(partition);
    if (own === undefined || this.#stopping.signal.aborted) return;
    if (this.#busy.has(partition)) {
      this.#again.add(partition);
      return;
    }
    this.#busy.add(partition);
    void this.#drainNow(own).finally(() => {
      this.#busy.delete(partition);
      if (this.#again.delete(partition)) this.#drain(partition);
    });
  }

  async #drainNow(own: { lease: Lease; applier: PartitionApplier }): Promise<void> {
    const { partition } = own.lease;
    const goesOn = () => !this.#stopping.signal.aborted && this.#partitions.get(partition) === own;
    try {
      while (goesOn() && (await own.applier.applyNext())) for (const tell of this.#waiters) tell();
    } catch (error) {
      this.#deps.log.error({ err: error, partition }, "a partition cannot be applied now; trying again");
      if (!(error instanceof FeatureStoreError)) return;
      if (error.kind === "FENCED") this.#beginAgain();
      if (error.kind === "STORE_UNAVAILABLE") this.#leasesUntilMs = 0;
    }
  }
}
