import { create } from "@bufbuild/protobuf";
import { type Progress, ProgressSchema } from "@timewell/contracts";
import { type OnlineWrite, type SourceScan, viewHistory } from "@timewell/store-ports";
import { timeMinUs, laterOf } from "@timewell/ttl";

import { violatingRows } from "../constraints/violating-rows.ts";
import { UnerasedWrites } from "../erase/unerased-writes.ts";
import type { IngestionDeps } from "../ingestion-deps.ts";
import { checkEnd, sourceOf } from "../materialize.ts";
import { sameStore } from "../same-store.ts";
import { passesFor, TilesOfEntities } from "./entity-tiles.ts";
import { encodeTiles, type WindowedView } from "./stored-tiles.ts";
import { writeTiles } from "./write-tiles.ts";

/**
 * Aggregates all events of a view's source files from before its cut-over that are available now, and replaces the part of each entity online
 * that is made of files; yields how far it is, the last one is done. Files are always read as a whole, whatever range is asked for: what a
 * window counts cannot be put together from parts of runs.
 */
export async function* materializeWindows(
  deps: IngestionDeps,
  view: WindowedView,
  signal: AbortSignal,
): AsyncGenerator<Progress> {
  const scan = await wholeScan(deps, view);
  const total = await deps.offlineEngine.countSource(scan, signal);
  const { fromUs, toUs } = scan;
  const run = await deps.offlineCatalog.beginRun(view.id, fromUs, toUs, deps.clock.nowUs());
  const sums: BatchSums = { read: 0, written: 0, violating: 0 };
  const progress = (done: boolean): Progress =>
    create(ProgressSchema, {
      run,
      rowsRead: BigInt(sums.read),
      rowsWritten: BigInt(sums.written),
      rowsViolating: BigInt(sums.violating),
      rowsTotal: BigInt(total),
      fromUs,
      toUs,
      done,
    });
  const checkStore = await sameStore(deps, `materialize run ${run}`);
  yield progress(false);
  for await (const _ of aggregateFiles(deps, view, { ...scan, run }, total, sums, signal))
    yield progress(false);
  await checkStore();
  await deps.offlineCatalog.finishRun(run, {
    finishedAtUs: deps.clock.nowUs(),
    rowsRead: sums.read,
    rowsWritten: sums.written,
    eventTimeMaxUs: sums.eventTimeMaxUs,
    createdTimeMaxUs: sums.createdTimeMaxUs,
  });
  yield progress(true);
}

/** Aggregates the files again under the number of the last finished run, for a store that lost what it had; returns entities. */
export async function rewriteFiles(
  deps: IngestionDeps,
  view: WindowedView,
  signal: AbortSignal,
): Promise<number> {
  const last = (await deps.offlineCatalog.finishedRuns(view.id)).reduce(
    (max, { run }) => (run > max ? run : max),
    0n,
  );
  if (last === 0n) return 0;
  const scan = { ...(await wholeScan(deps, view)), run: last };
  const sums: BatchSums = { read: 0, written: 0, violating: 0 };
  const total = await deps.offlineEngine.countSource(scan, signal);
  for await (const _ of aggregateFiles(deps, view, scan, total, sums, signal)) signal.throwIfAborted();
  return sums.written;
}

async function wholeScan(deps: IngestionDeps, view: WindowedView): Promise<SourceScan> {
  const history = viewHistory(view, { source: await sourceOf(deps, view) });
  const nowUs = deps.clock.nowUs();
  const endUs = checkEnd(deps, view, nowUs);
  const { cutOverUs = endUs } = view.windows;
  const toUs = cutOverUs < endUs ? cutOverUs : endUs;
  return { history, fromUs: timeMinUs, toUs, createdFromUs: undefined, createdUntilUs: nowUs, run: 0n };
}

interface BatchSums {
  read: number;
  /** Entities. */
  written: number;
  violating: number;
  eventTimeMaxUs?: bigint | undefined;
  createdTimeMaxUs?: bigint | undefined;
}

/** Yields after each batch that was read. */
async function* aggregateFiles(
  deps: IngestionDeps,
  view: WindowedView,
  scan: SourceScan,
  total: number,
  sums: BatchSums,
  signal: AbortSignal,
): AsyncGenerator<void> {
  const unerased = await UnerasedWrites.begin(deps, view);
  const passes = passesFor(total);
  for (let pass = 0; pass < passes; pass++) {
    const entities = new TilesOfEntities(view, { fromFiles: true });
    for await (const batch of deps.offlineEngine.scanSource(scan, signal)) {
      sums.read += entities.add(batch, pass, passes);
      if (pass === 0) {
        sums.violating += violatingRows(deps, view, batch);
        sums.eventTimeMaxUs = laterOf(sums.eventTimeMaxUs, batch.eventTimeMaxUs);
        sums.createdTimeMaxUs = laterOf(sums.createdTimeMaxUs, batch.createdTimeMaxUs);
      }
      yield;
    }
    sums.written += await writeTiles(unerased, batchWrites(view, scan.run, entities));
    yield;
  }
}

function* batchWrites(view: WindowedView, run: bigint, { all }: TilesOfEntities): Generator<OnlineWrite> {
  const viewId = view.windows.batchPartId!;
  for (const { entityKey, blob, availableTimeUs } of all.values()) {
    const row = encodeTiles(blob, run, availableTimeUs);
    yield { viewId, entityKey, row, stampAvailableTime: false };
  }
}
