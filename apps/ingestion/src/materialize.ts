import { create } from "@bufbuild/protobuf";
import { type Progress, ProgressSchema } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { type CompiledView, findView } from "@timewell/model";
import { resolveSource } from "@timewell/service";
import { type OfflineSource, type SourceScan, viewHistory } from "@timewell/store-ports";
import { isTime, timeRangeText, laterOf } from "@timewell/ttl";

import { violatingRows } from "./constraints/violating-rows.ts";
import type { IngestionDeps } from "./ingestion-deps.ts";
import { sameStore } from "./same-store.ts";
import { materializeWindows } from "./windows/materialize-windows.ts";
import { isWindowed } from "./windows/stored-tiles.ts";
import { writeAll } from "./write-all.ts";

/** What to materialize. */
export interface MaterializeRange {
  /** Range of event times, µs UTC, start included, end excluded. */
  readonly fromUs: bigint;
  readonly toUs: bigint;
  /** Only rows that were created at or after this, µs UTC, or that happened at or after `eventTimeNewUs`. */
  readonly createdFromUs?: bigint | undefined;
  readonly eventTimeNewUs?: bigint | undefined;
}

/** Finds the view that a request names. */
export function requestedView(
  deps: IngestionDeps,
  request: { readonly project: string; readonly featureView: string; readonly version: number },
): CompiledView {
  return findView(deps.definitions.project(request.project), request.featureView, request.version);
}

/** The files of a view's batch source; NO_BATCH_SOURCE where it has none. */
export async function sourceOf(deps: IngestionDeps, view: CompiledView): Promise<OfflineSource> {
  if (view.source === undefined)
    throw new FeatureStoreError(
      "NO_BATCH_SOURCE",
      `Cannot materialize ${view.name}: it has no batch source`,
      {
        field: "feature_view",
        hint: "Declare a source in the definition of the view, or push rows",
      },
    );
  return resolveSource(view.source, deps.roots);
}

/**
 * Streams the rows of a view's source with event time in the range to the online store, and yields how far it is; the
 * last one is done. Rows whose event time or created time is still to come are left to a later run. The run is recorded
 * with a number of its own; running it again is harmless.
 */
export async function* materialize(
  deps: IngestionDeps,
  view: CompiledView,
  range: MaterializeRange,
  signal: AbortSignal,
): AsyncGenerator<Progress> {
  const toUs = checkRange(deps, view, range);
  if (isWindowed(view)) return yield* materializeWindows(deps, view, signal);
  const scan = await scanOf(deps, view, { ...range, toUs });
  const total = await deps.offlineEngine.countSource(scan, signal);
  yield* runScan(deps, view, scan, total, signal);
}

/** The scan of a range that was checked, of rows that are created by now; it has no run yet. */
export async function scanOf(
  deps: IngestionDeps,
  view: CompiledView,
  { fromUs, toUs, createdFromUs, eventTimeNewUs }: MaterializeRange,
): Promise<SourceScan> {
  const history = viewHistory(view, { source: await sourceOf(deps, view) });
  const createdUntilUs = deps.clock.nowUs();
  return { history, fromUs, toUs, createdFromUs, eventTimeNewUs, createdUntilUs, run: 0n };
}

/** Does a scan under the next number of a run, which is recorded, and yields how far it is of `total` rows. */
export async function* runScan(
  deps: IngestionDeps,
  view: CompiledView,
  planned: SourceScan,
  total: number,
  signal: AbortSignal,
): AsyncGenerator<Progress> {
  const { fromUs, toUs } = planned;
  const run = await deps.offlineCatalog.beginRun(view.id, fromUs, toUs, deps.clock.nowUs());
  const scan = { ...planned, run };
  const sums = { read: 0, written: 0, expired: 0, violating: 0 };
  let eventTimeMaxUs: bigint | undefined;
  let createdTimeMaxUs: bigint | undefined;
  const progress = (done: boolean): Progress =>
    create(ProgressSchema, {
      run: scan.run,
      rowsRead: BigInt(sums.read),
      rowsWritten: BigInt(sums.written),
      rowsExpired: BigInt(sums.expired),
      rowsViolating: BigInt(sums.violating),
      rowsTotal: BigInt(total),
      fromUs: scan.fromUs,
      toUs: scan.toUs,
      done,
    });
  const checkStore = await sameStore(deps, `materialize run ${scan.run}`);
  yield progress(false);
  for await (const { batch, counts } of writeAll(
    deps,
    view,
    deps.offlineEngine.scanSource(scan, signal),
    "keep",
  )) {
    sums.read += counts.rowsRead;
    sums.written += counts.rowsWritten;
    sums.expired += counts.rowsExpired;
    sums.violating += violatingRows(deps, view, batch);
    eventTimeMaxUs = laterOf(eventTimeMaxUs, batch.eventTimeMaxUs);
    createdTimeMaxUs = laterOf(createdTimeMaxUs, batch.createdTimeMaxUs);
    yield progress(false);
  }
  await checkStore();
  await deps.offlineCatalog.finishRun(scan.run, {
    finishedAtUs: deps.clock.nowUs(),
    rowsRead: sums.read,
    rowsWritten: sums.written,
    eventTimeMaxUs,
    createdTimeMaxUs,
  });
  yield progress(true);
}

/** The end of the rows to read: that of the range, but not after what is available now. */
export function checkRange(
  deps: IngestionDeps,
  view: CompiledView,
  { fromUs, toUs }: MaterializeRange,
): bigint {
  checkTime("from_us", fromUs);
  const endUs = checkEnd(deps, view, toUs);
  if (fromUs < endUs) return endUs;
  throw new FeatureStoreError(
    "INVALID_REQUEST",
    `Cannot materialize: the range from ${fromUs} to ${endUs} µs is empty`,
    {
      field: "to_us",
      hint: "Give an end after the start; the end is excluded, and so are rows that are not available yet",
    },
  );
}

/**
 * Checks the end of a range, µs UTC, and returns it, or the end of what is available now, where that is earlier: a clock may
 * be a little ahead, but a row whose time has not come would hide the one before it, and training does not see it yet.
 */
export function checkEnd(deps: IngestionDeps, view: CompiledView, toUs: bigint): bigint {
  checkTime("to_us", toUs);
  const nowUs = deps.clock.nowUs();
  const endUs = nowUs - (view.source?.availabilityDelayMs ?? 0n) * 1000n;
  if (toUs <= nowUs + deps.settings.futureToleranceUs) return toUs < endUs ? toUs : endUs;
  throw new FeatureStoreError("INVALID_REQUEST", `Cannot materialize up to ${toUs} µs: it is in the future`, {
    field: "to_us",
    hint: "Give an end at or before now; later rows are materialized when their time has come",
  });
}

function checkTime(field: "from_us" | "to_us", us: bigint): void {
  if (isTime(us)) return;
  throw new FeatureStoreError(
    "INVALID_REQUEST",
    `Cannot materialize: ${field} is ${us} µs, expected a time of ${timeRangeText}`,
    { field, hint: "Send microseconds since 1970, UTC" },
  );
}
