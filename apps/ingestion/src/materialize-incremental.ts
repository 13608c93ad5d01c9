import { create } from "@bufbuild/protobuf";
import { type MaterializeIncrementalRequest, type Progress, ProgressSchema } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { CompiledView } from "@timewell/model";
import type { MaterializeRun } from "@timewell/store-ports";

import type { IngestionDeps } from "./ingestion-deps.ts";
import { materialize, type MaterializeRange, requestedView } from "./materialize.ts";

/** How far before the last end to look again for late rows, where no created column is declared: 1 day, ms. */
export const overlapDefaultMs = 86_400_000n;

/** The earliest event time that there is: 0001-01-01T00:00:00Z, µs. */
export const timeMinUs = -62_135_596_800_000_000n;

/**
 * Materializes what came since the last run: rows created since then where the source has a created column, else rows
 * with event time from the last end minus an overlap, so that late rows are not missed. The first run takes everything.
 */
export async function* materializeIncremental(
  deps: IngestionDeps,
  request: MaterializeIncrementalRequest,
  signal: AbortSignal,
): AsyncGenerator<Progress> {
  const view = requestedView(deps, request);
  const overlapMs = request.overlapMs ?? overlapDefaultMs;
  if (overlapMs < 0n)
    throw new FeatureStoreError("INVALID_REQUEST", `Cannot look back ${overlapMs} ms: expected 0 or more`, {
      field: "overlap_ms",
      hint: "Leave it out for 1 day",
    });
  const toUs = request.toUs ?? deps.clock.nowUs();
  const range = nextRange(view, await deps.offlineCatalog.finishedRuns(view.id), toUs, overlapMs * 1000n);
  if (range.fromUs >= range.toUs) yield create(ProgressSchema, { fromUs: range.fromUs, toUs, done: true });
  else yield* materialize(deps, view, range, signal);
}

function nextRange(
  view: CompiledView,
  runs: readonly MaterializeRun[],
  toUs: bigint,
  overlapUs: bigint,
): MaterializeRange {
  if (runs.length === 0) return { fromUs: timeMinUs, toUs };
  if (view.source !== undefined && view.source.createdTimeColumn !== "") {
    const created = runs.map((run) => run.finished?.createdTimeMaxUs).filter((time) => time !== undefined);
    return { fromUs: timeMinUs, toUs, createdFromUs: created.length === 0 ? undefined : max(created) };
  }
  return { fromUs: max(runs.map((run) => run.toUs)) - overlapUs, toUs };
}

function max(times: readonly bigint[]): bigint {
  return times.reduce((a, b) => (a > b ? a : b));
}
