import { mkdir, open, rename, rm, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";

import { FeatureStoreError } from "@timewell/errors";
import { type ManifestSegment, type Segment, viewHistory } from "@timewell/store-ports";

import { type IngestionDeps, viewById } from "../ingestion-deps.ts";

/**
 * Merges segments of one view version to one file, which replaces them in the manifest in one step; the old files become garbage.
 * Undefined, and nothing changed, where the view is not known or the segments were replaced meanwhile.
 */
export async function mergeGroup(
  deps: IngestionDeps,
  group: readonly ManifestSegment[],
  signal: AbortSignal,
): Promise<Segment | undefined> {
  const { viewId } = group[0]!;
  const view = viewById(deps.definitions, viewId) ?? (await deps.definitions.deletedView?.(viewId));
  if (view === undefined) return undefined;
  // Before the file is there: who deletes files that no manifest names makes a newer manifest first.
  const { version } = await deps.offlineCatalog.manifest();
  const path = newPath(deps, viewId);
  const file = join(deps.offlineRoot, path);
  await mkdir(dirname(file), { recursive: true });
  const segments = group.map((segment) => join(deps.offlineRoot, segment.path));
  const { duplicates, ...written } = await deps.offlineEngine.mergeSegments(
    file,
    viewHistory(view, { segments }),
    signal,
  );
  const rows = group.reduce((sum, segment) => sum + segment.rows, 0);
  if (written.rows + duplicates !== rows) {
    await rm(file, { force: true });
    throw lostRows(viewId, rows, written.rows + duplicates);
  }
  deps.failPoint?.("compact.file-written");
  const merged = { path, viewId, schemaRevision: view.schemaRevision, ...written };
  const committed = await replace(deps, version, group, merged);
  if (committed !== undefined) deps.failPoint?.("compact.committed");
  return committed;
}

/** Flushes move the manifest on all the time: as long as the old segments are there, the new one may take their place. */
async function replace(
  deps: IngestionDeps,
  baseVersion: bigint,
  group: readonly ManifestSegment[],
  merged: Segment,
): Promise<Segment | undefined> {
  const removed = group.map(({ path }) => path);
  let segment = merged;
  for (let version = baseVersion; ;) {
    const removedAtUs = deps.clock.nowUs();
    try {
      const change = { added: [segment], removed, flushed: new Map(), removedAtUs };
      await deps.offlineCatalog.commit(version, change);
      return segment;
    } catch (error) {
      // After any other error nobody knows whether the commit came through: the manifest may name the file, so it stays.
      if (!(error instanceof FeatureStoreError && error.kind === "VERSION_CONFLICT")) throw error;
    }
    const manifest = await deps.offlineCatalog.manifest();
    const present = new Set(manifest.segments.map(({ path }) => path));
    const isOvertaken = removed.some((path) => !present.has(path));
    const renamed = isOvertaken ? undefined : await renameSegment(deps, segment);
    if (renamed === undefined) {
      await rm(join(deps.offlineRoot, segment.path), { force: true });
      return undefined;
    }
    segment = renamed;
    version = manifest.version;
  }
}

/**
 * Somebody may be about to delete the file, as no manifest names it: a name that nobody has read is safe, as long as the file is
 * there. Undefined where it is not.
 */
async function renameSegment(deps: IngestionDeps, segment: Segment): Promise<Segment | undefined> {
  const path = newPath(deps, segment.viewId);
  const [from, to] = [join(deps.offlineRoot, segment.path), join(deps.offlineRoot, path)];
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const nowS = Number(deps.clock.nowUs()) / 1e6;
  await utimes(to, nowS, nowS);
  const folder = await open(dirname(to));
  await folder.sync().finally(() => folder.close());
  return { ...segment, path };
}

function newPath(deps: IngestionDeps, viewId: number): string {
  return join("segments", String(viewId), `${deps.newId()}.parquet`);
}

function lostRows(viewId: number, rows: number, found: number): FeatureStoreError {
  return new FeatureStoreError(
    "DATA_LOSS",
    `Cannot merge segments of view version ${viewId}: the manifest says ${rows} rows, the files hold ${found}`,
    { hint: "Restore the segments from a backup; nothing was changed" },
  );
}
