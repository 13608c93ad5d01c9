import { FeatureStoreError } from "@timewell/errors";
import type { OnlineGapReason } from "@timewell/store-ports";

import type { IngestionDeps } from "./ingestion-deps.ts";

/** How often a whole store is recorded as such, so that the next start knows how far back an outage may reach, ms. */
const sightingEveryMs = 15_000;

/** What the watch looks at. */
export type StoreWatchDeps = Pick<
  IngestionDeps,
  "clock" | "log" | "metrics" | "ingestLog" | "offlineCatalog" | "onlineStore"
>;

/**
 * Knows since when the online store is whole, and records its outages. One begins at the last instant at which the store is
 * known to have been whole, and ends when it has caught up with what was in the log when it was back.
 */
export class StoreWatch {
  readonly #deps: StoreWatchDeps;
  /** Partition to the instant at which the oldest batch was sent whose stamps the log does not have yet. */
  readonly #sent = new Map<number, bigint>();
  #runId: string | undefined;
  #wholeAtUs: bigint | undefined;
  #recordedAtMs = -Infinity;
  #gap:
    { fromUs: bigint; readonly reason: OnlineGapReason; recorded: boolean; countedToUs: bigint } | undefined;
  /** By partition, the position that must be applied before the gap ends. Undefined while the store is not back. */
  #caughtUpAt: readonly bigint[] | undefined;

  constructor(deps: StoreWatchDeps) {
    this.#deps = deps;
  }

  /** The instance that was last known to be whole, by this process or one before it; undefined where none was. */
  get runId(): string | undefined {
    return this.#runId;
  }

  /** True where a store was known to be whole once: what it does not know any more is lost. */
  get hasSeen(): boolean {
    return this.#runId !== undefined;
  }

  /** Learns what processes before this one have recorded; again and again until it is known. */
  async begin(): Promise<void> {
    if (this.#wholeAtUs !== undefined) return;
    const { offlineCatalog, onlineStore, clock } = this.#deps;
    const [sighting, gaps] = await Promise.all([
      offlineCatalog.lastSighting(onlineStore.engine),
      offlineCatalog.onlineGaps(),
    ]);
    const open = gaps.find(({ store, toUs }) => store === onlineStore.engine && toUs === undefined);
    const nowUs = clock.nowUs();
    this.#runId = sighting?.runId;
    this.#wholeAtUs = sighting?.atUs ?? nowUs;
    if (open !== undefined)
      this.#gap ??= { fromUs: open.fromUs, reason: open.reason, recorded: true, countedToUs: nowUs };
  }

  /** Runs a call of the store; a failure that is the store's begins an outage, and is passed on. */
  async asked<T>(call: () => Promise<T>): Promise<T> {
    const startUs = this.#deps.clock.nowUs();
    try {
      return await call();
    } catch (error) {
      const kind = error instanceof FeatureStoreError ? error.kind : undefined;
      if (kind === "STORE_UNAVAILABLE") await this.lost("UNREACHABLE", startUs);
      throw error;
    }
  }

  /** A batch goes to the store: where no answer comes, its rows may have been visible from now on. */
  sent(partition: number): void {
    if (!this.#sent.has(partition)) this.#sent.set(partition, this.#deps.clock.nowUs());
  }

  /** The log has the stamps of everything that was sent, or another process has the partition. */
  settled(partition: number): void {
    this.#sent.delete(partition);
  }

  /** Begins an outage, or finds it lasting; `sinceUs` where something is known to have gone wrong since then. */
  async lost(reason: OnlineGapReason, sinceUs = this.#deps.clock.nowUs()): Promise<void> {
    this.#caughtUpAt = undefined;
    const fromUs = earliest([sinceUs, this.#wholeAtUs ?? sinceUs, ...this.#sent.values()]);
    if (this.#gap === undefined) {
      this.#gap = { fromUs, reason, recorded: false, countedToUs: fromUs };
      this.#deps.log.warn(
        { reason, fromUs: String(fromUs) },
        "the online store is not whole: an outage begins",
      );
    } else if (fromUs < this.#gap.fromUs) {
      this.#gap.fromUs = fromUs;
      this.#gap.recorded = false;
    }
    await this.#recordOpen();
  }

  /** What the store answered between an instant and now is not known for sure: that time counts as an outage. */
  async unsure(fromUs: bigint): Promise<void> {
    const { clock, offlineCatalog, onlineStore } = this.#deps;
    if (this.#gap !== undefined) return this.lost(this.#gap.reason, fromUs);
    const reason = "LOST_DATA";
    await offlineCatalog.recordGap({ store: onlineStore.engine, fromUs, toUs: clock.nowUs(), reason });
  }

  /** The store is whole as of an instant before it was asked: an outage ends when everything of the log until now is applied. */
  async whole(runId: string, atUs: bigint): Promise<void> {
    const { clock, ingestLog } = this.#deps;
    this.#runId = runId;
    if (this.#gap !== undefined) {
      this.#caughtUpAt ??= (await ingestLog.progress()).map(({ head }) => head);
      return;
    }
    this.#wholeAtUs = earliest([atUs, ...this.#sent.values()]);
    if (clock.monotonicMs() - this.#recordedAtMs >= sightingEveryMs) await this.recordSighting();
  }

  /** Ends the outage where everything that it waited for is applied. */
  async look(isApplied: (partition: number, position: bigint) => boolean): Promise<void> {
    const gap = this.#gap;
    if (gap === undefined) return;
    const { clock, log, metrics, offlineCatalog, onlineStore } = this.#deps;
    const nowUs = clock.nowUs();
    metrics?.countGap(Number(nowUs - gap.countedToUs) / 1e6);
    gap.countedToUs = nowUs;
    await this.#recordOpen();
    if (this.#caughtUpAt?.every((position, partition) => isApplied(partition, position)) !== true) return;
    await offlineCatalog.recordGap({
      store: onlineStore.engine,
      fromUs: gap.fromUs,
      toUs: nowUs,
      reason: gap.reason,
    });
    this.#gap = undefined;
    this.#caughtUpAt = undefined;
    this.#wholeAtUs = nowUs;
    log.info(
      { fromUs: String(gap.fromUs), toUs: String(nowUs) },
      "the online store has caught up: the outage is over",
    );
    await this.recordSighting();
  }

  /** Records when the store was last whole, for the process after this one. */
  async recordSighting(): Promise<void> {
    const { clock, offlineCatalog, onlineStore } = this.#deps;
    if (this.#gap !== undefined || this.#runId === undefined || this.#wholeAtUs === undefined) return;
    const sighting = { store: onlineStore.engine, runId: this.#runId, atUs: this.#wholeAtUs };
    this.#recordedAtMs = clock.monotonicMs();
    await offlineCatalog.recordSighting(sighting);
  }

  async #recordOpen(): Promise<void> {
    const gap = this.#gap;
    if (gap === undefined || gap.recorded) return;
    const { offlineCatalog, onlineStore, log } = this.#deps;
    const { fromUs, reason } = gap;
    try {
      await offlineCatalog.recordGap({ store: onlineStore.engine, fromUs, toUs: undefined, reason });
      gap.recorded = true;
    } catch (error) {
      // The end records the whole outage; until then it is tried again.
      log.error({ err: error }, "an outage of the online store cannot be recorded now; trying again");
    }
  }
}

function earliest(times: readonly bigint[]): bigint {
  return times.reduce((a, b) => (a < b ? a : b));
}
