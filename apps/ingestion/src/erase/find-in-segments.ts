import type { IngestionDeps } from "../ingestion-deps.ts";
import type { EntityInView } from "./erased-entity.ts";
import { rowsInSegment } from "./rows-in-segment.ts";
import { segmentFiles, unnamedFiles } from "./unnamed-files.ts";

/** Rows of an entity in segments, also in files that are to be deleted, and how many segments have some. */
export async function findInSegments(
  deps: Pick<IngestionDeps, "offlineCatalog" | "offlineEngine" | "offlineRoot">,
  inViews: readonly EntityInView[],
): Promise<{ rows: number; segments: number }> {
  const { segments } = await deps.offlineCatalog.manifest();
  const unnamed = await unnamedFiles(deps, inViews, await segmentFiles(deps, inViews));
  const counts = unnamed.map(({ rows }) => rows ?? 0);
  for (const { viewId, path } of segments) {
    const entity = inViews.find(({ view }) => view.id === viewId);
    if (entity === undefined) continue;
    counts.push(await rowsInSegment(deps, path, entity.key));
  }
  return {
    rows: counts.reduce((a, b) => a + b, 0),
    segments: counts.filter((rows) => rows > 0).length,
  };
}
