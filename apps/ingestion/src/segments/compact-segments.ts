import { create } from "@bufbuild/protobuf";
import {
  type CompactSegmentsRequest,
  type CompactSegmentsResponse,
  CompactSegmentsResponseSchema,
} from "@timewell/contracts";

import type { IngestionDeps } from "../ingestion-deps.ts";
import { requestedViews } from "../requested-views.ts";
import { allMerges, dueMerges } from "./choose-merges.ts";
import { mergeGroup } from "./merge-group.ts";
import { upkeepOf } from "./upkeep-settings.ts";

/** Merges the small segments of a view, or of all views of a project. Progress comes after each merge. */
export async function* compactSegments(
  deps: IngestionDeps,
  request: Pick<CompactSegmentsRequest, "project" | "featureView">,
  signal: AbortSignal,
): AsyncGenerator<CompactSegmentsResponse> {
  const sums = { segmentsMerged: 0, segmentsWritten: 0, rows: 0n };
  for (const view of requestedViews(deps, request)) {
    const { segments } = await deps.offlineCatalog.manifest();
    const ofView = segments.filter(({ viewId }) => viewId === view.id);
    for (const group of allMerges(ofView, upkeepOf(deps))) {
      signal.throwIfAborted();
      const merged = await mergeGroup(deps, group, signal);
      if (merged === undefined) continue;
      sums.segmentsMerged += group.length;
      sums.segmentsWritten += 1;
      sums.rows += BigInt(merged.rows);
      yield create(CompactSegmentsResponseSchema, { ...sums, done: false });
    }
  }
  yield create(CompactSegmentsResponseSchema, { ...sums, done: true });
}

/** Merges what has come to be many small segments; returns how many it merged. */
export async function compactWhereDue(deps: IngestionDeps, signal: AbortSignal): Promise<number> {
  const { segments } = await deps.offlineCatalog.manifest();
  let merged = 0;
  for (const group of dueMerges(segments, upkeepOf(deps))) {
    if (signal.aborted) break;
    if ((await mergeGroup(deps, group, signal)) !== undefined) merged += group.length;
  }
  return merged;
}
