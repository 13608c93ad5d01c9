import { create } from "@bufbuild/protobuf";
import { type MaterializeIncrementalRequest, type Progress, ProgressSchema } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { CompiledView } from "@timewell/model";
import { timeMinUs } from "@timewell/ttl";

import { type Covered, coveredByRuns } from "./covered-by-runs.ts";
import type { IngestionDeps } from "./ingestion-deps.ts";
import { checkEnd, materialize, type MaterializeRange, requestedView } from "./materialize.ts";
import { materializeWindows } from "./windows/materialize-windows.ts";
import { isWindowed } from "./windows/stored-tiles.ts";

/** How far before the covered end to look again for late rows, where no created column is declared: 1 day, ms. */
export const overlapDefaultMs = 86_400_000n;

/**
 * Materializes everything before the end that no run has covered (`coveredByRuns`): rows after what is covered and, where the
 * source has a created column, rows created since then, else rows from an overlap before that end, so that late rows
 * are not missed. The first run takes everything.
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
  if (isWindowed(view)) return yield* materializeWindows(deps, view, signal);
  const toUs = checkEnd(deps, view, request.toUs ?? deps.clock.nowUs());
  const covered = coveredByRuns(await deps.offlineCatalog.finishedRuns(view.id));
  const range = nextRange(view, covered, toUs, overlapMs * 1000n);
  if (range.fromUs >= toUs) yield create(ProgressSchema, { fromUs: range.fromUs, toUs, done: true });
  else yield* materialize(deps, view, range, signal);
}

function nextRange(view: CompiledView, covered: Covered, toUs: bigint, overlapUs: bigint): MaterializeRange {
  if (view.source !== undefined && view.source.createdTimeColumn !== "")
    return { fromUs: timeMinUs, toUs, createdFromUs: covered.createdUs, eventTimeNewUs: covered.toUs };
  const fromUs = covered.toUs - overlapUs;
  return { fromUs: fromUs < timeMinUs ? timeMinUs : fromUs, toUs };
}
