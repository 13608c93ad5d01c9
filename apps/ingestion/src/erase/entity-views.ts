import type { CompiledView } from "@timewell/model";

import { type IngestionDeps, viewById } from "../ingestion-deps.ts";

/** Every version of every view of an entity, the latest definitions first, then deleted ones: stores may still hold their rows. */
export async function entityViews(
  deps: IngestionDeps,
  project: string,
  entity: string,
): Promise<CompiledView[]> {
  const isMeant = (view: CompiledView) => view.project === project && view.entity === entity;
  const current = [...deps.definitions.project(project).viewsById.values()]
    .filter(isMeant)
    .sort((a, b) => b.id - a.id);
  const deleted: CompiledView[] = [];
  for (const viewId of await unknownIds(deps)) {
    const view = await deps.definitions.deletedView?.(viewId);
    if (view !== undefined && isMeant(view)) deleted.push(view);
  }
  return [...current, ...deleted];
}

/** Ids up to the greatest that anything is known of, which no definitions have any more. */
async function unknownIds({
  definitions,
  ingestLog,
  offlineCatalog,
}: Pick<IngestionDeps, "definitions" | "ingestLog" | "offlineCatalog">): Promise<number[]> {
  const [counts, manifest] = await Promise.all([ingestLog.countByView(), offlineCatalog.manifest()]);
  const known = definitions.projects().flatMap((project) => [...project.viewsById.keys()]);
  const stored = [...counts, ...manifest.segments].map(({ viewId }) => viewId);
  const idMax = [...known, ...stored].reduce((a, b) => (a > b ? a : b), 0);
  const ids = Array.from({ length: idMax }, (_, i) => i + 1);
  return ids.filter((id) => viewById(definitions, id) === undefined);
}
