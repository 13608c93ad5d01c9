import { join } from "node:path";

import type { IngestionDeps } from "../ingestion-deps.ts";
import type { EntityInView } from "./erased-entity.ts";
import { rowsInSegment } from "./rows-in-segment.ts";

/** Files of removed segments that are still there, and how many rows of the entity each has. */
export async function garbageOf(
  deps: Pick<IngestionDeps, "offlineCatalog" | "offlineEngine" | "offlineRoot">,
  inViews: readonly EntityInView[],
): Promise<{ path: string; rows: number }[]> {
  const found: { path: string; rows: number }[] = [];
  for (const { path } of await deps.offlineCatalog.segmentGarbage()) {
    const entity = inViews.find(({ view }) => path.startsWith(join("segments", String(view.id), "/")));
    if (entity === undefined) continue;
    found.push({ path, rows: await rowsInSegment(deps, path, entity.key) });
  }
  return found;
}
