import { encodeStoredRow, orderOfLog } from "@timewell/row";
import { isErased, type Lease, type LogRow, type OnlineWrite } from "@timewell/store-ports";
import { expiresAtUs, forgetAfterUs, isPastForgetting } from "@timewell/ttl";

import { type IngestionDeps, viewById } from "./ingestion-deps.ts";
import { isViewKnown } from "./is-understood.ts";
import type { StoreWatch } from "./store-watch.ts";
import { splitDue } from "./windows/split-due.ts";
import { isWindowed } from "./windows/stored-tiles.ts";
import { type RowStamp, stampOf, windowWrites } from "./windows/window-writes.ts";

const batchRows = 2_000;

/** Most rows of a partition that wait in memory; while there are more, the partition stands still. */
const deferredRowsMax = 100_000;

/**
 * Applies one partition of the log to the online store, in order of position. A row with a future event time is put
 * aside until its time has come (semantics 9), one of a view that is not known here yet until it is; the watermark stays before the oldest such row, so that a new holder of
 * the lease finds it again. Behind an event of a windowed view that is put aside the later ones of its entity wait too, so that tiles hold
 * all events of an entity up to a position.
 */
export class PartitionApplier {
  readonly #deps: IngestionDeps;
  readonly #watch: StoreWatch;
  readonly #lease: Lease;
  /** Rows up to here were written to the store, by this process or one before it. */
  #writtenUntil: bigint;
  readonly #deferred = new Map<bigint, LogRow>();
  /** Everything up to here was read. */
  #cursor: bigint;

  /** Applies what comes after `startAfter`. Rows up to `writtenUntil` were written before, whatever the log knows of it. */
  constructor(
    deps: IngestionDeps,
    watch: StoreWatch,
    lease: Lease,
    { startAfter, writtenUntil }: { readonly startAfter: bigint; readonly writtenUntil: bigint },
  ) {
    this.#deps = deps;
    this.#watch = watch;
    this.#writtenUntil = writtenUntil;
    this.#lease = lease;
    this.#cursor = startAfter;
  }

  /** Every row up to here is applied or put aside. */
  get cursor(): bigint {
    return this.#cursor;
  }

  /** True while rows wait for their event time, or for their view to be known. */
  get hasDeferred(): boolean {
    return this.#deferred.size > 0;
  }

  /**
   * Applies what is there and due: one batch. Returns false where there was nothing to do. A failure leaves everything to
   * be applied again, which is harmless.
   */
  async applyNext(): Promise<boolean> {
    const nowUs = this.#deps.clock.nowUs();
    const read =
      this.#deferred.size >= deferredRowsMax
        ? []
        : await this.#deps.ingestLog.read(this.#lease.partition, this.#cursor, batchRows, this.#lease);
    const isDue = (row: LogRow) => row.eventTimeUs <= nowUs && isViewKnown(this.#deps, row);
    const { due, aside } = splitDue(this.#deps, this.#deferred, read, { isDue, ripeMax: batchRows });
    if (read.length === 0 && due.length === 0) return false;
    const cursor = read.at(-1)?.position ?? this.#cursor;

    const applied = lastBefore(aside, cursor);
    this.#watch.sent(this.#lease.partition);
    const stamps = await this.#apply(due, applied);
    this.#deps.failPoint?.("apply.store-written");
    await this.#deps.ingestLog.recordApplied(this.#lease, applied, stamps);
    this.#deps.failPoint?.("apply.recorded");
    this.#watch.settled(this.#lease.partition);
    this.#cursor = cursor;
    this.#deferred.clear();
    for (const [position, row] of aside) this.#deferred.set(position, row);
    return true;
  }

  async #apply(rows: readonly LogRow[], watermark: bigint): Promise<RowStamp[]> {
    const nowUs = this.#deps.clock.nowUs();
    const isEvent = (row: LogRow) => isWindowed(viewById(this.#deps.definitions, row.viewId));
    const windows = await this.#watch.asked(() => windowWrites(this.#deps, rows.filter(isEvent)));
    // Before the tiles get new stamps: those of events that are inside already could not be told any more.
    if (windows.keptStamps.length > 0)
      await this.#deps.ingestLog.recordApplied(this.#lease, 0n, windows.keptStamps);
    const kept = new Set(windows.kept);
    const stamps: RowStamp[] = [];
    const writes: OnlineWrite[] = [...windows.writes];
    const written: LogRow[][] = windows.added.map((added) => [...added]);
    const isWritten = new Set([...kept, ...windows.added.flat()]);
    for (const row of rows) {
      if (isWritten.has(row)) continue;
      const write = onlineWrite(this.#deps, row, nowUs);
      if (write !== undefined) {
        writes.push(write);
        written.push([row]);
      } else if (row.availableTimeUs === undefined) {
        stamps.push({
          position: row.position,
          availableTimeUs: nowUs > row.eventTimeUs ? nowUs : row.eventTimeUs,
        });
      }
    }
    const fence = { partition: this.#lease.partition, epoch: this.#lease.epoch, held: true };
    const outcomes = await this.#watch.asked(() =>
      this.#deps.onlineStore.apply(writes, { fence, watermark }),
    );
    outcomes.forEach(({ written: isNew, availableTimeUs }, i) => {
      for (const row of written[i] ?? []) {
        if (!isNew) kept.add(row);
        if (row.availableTimeUs === undefined && availableTimeUs !== undefined)
          stamps.push(stampOf(row, availableTimeUs));
      }
    });
    await this.#reportLostStamps(rows.filter((row) => !kept.has(row)));
    if (watermark > this.#writtenUntil) this.#writtenUntil = watermark;
    return stamps;
  }

  /**
   * Rows that were written before, and are not in the store any more: they expired before the log had their stamps, and when they
   * could be read first is not known.
   */
  async #reportLostStamps(rows: readonly LogRow[]): Promise<void> {
    const lost = rows.filter(
      (row) => row.availableTimeUs === undefined && row.position <= this.#writtenUntil && !isErased(row),
    );
    if (lost.length === 0) return;
    const sinceUs = lost.reduce(
      (us, row) => (row.appendedAtUs < us ? row.appendedAtUs : us),
      lost[0]!.appendedAtUs,
    );
    await this.#watch.unsure(sinceUs);
  }
}

/** The last position before the oldest row that waits; `cursor` where none does. */
function lastBefore(aside: ReadonlyMap<bigint, LogRow>, cursor: bigint): bigint {
  let last = cursor;
  for (const position of aside.keys()) if (position <= last) last = position - 1n;
  return last;
}

/**
 * The online write of a log row. Undefined where the store need not hold it: its view is gone or has windows, it was erased, or it is
 * past ttl plus grace and the store expires rows.
 */
export function onlineWrite(deps: IngestionDeps, row: LogRow, nowUs: bigint): OnlineWrite | undefined {
  const view = viewById(deps.definitions, row.viewId);
  if (view === undefined || isWindowed(view) || isErased(row)) return undefined;
  const physical = deps.settings.expiry === "physical";
  const forgetUs = forgetAfterUs(view.ttlUs, deps.settings.graceUs);
  if (physical && isPastForgetting(row.eventTimeUs, nowUs, forgetUs)) return undefined;
  const { deleted, eventTimeUs, availableTimeUs } = row;
  const header = { deleted, eventTimeUs, order: orderOfLog(row.position), availableTimeUs };
  return {
    viewId: row.viewId,
    entityKey: row.entityKey,
    row: encodeStoredRow(header, row.payload),
    stampAvailableTime: availableTimeUs === undefined,
    expiresAtUs: physical ? expiresAtUs(eventTimeUs, forgetUs) : undefined,
  };
}
