import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";

import { FeatureStoreError } from "@timewell/errors";
import type { ManifestCommit, ManifestSegment } from "@timewell/store-ports";

import type { IngestionDeps } from "../ingestion-deps.ts";
import type { EntityInView } from "./erased-entity.ts";
import { rowsInSegment } from "./rows-in-segment.ts";
import { segmentFiles, unnamedFiles } from "./unnamed-files.ts";

/** Each try reads a newer manifest; more than a few mean that something else is wrong. */
const conflictsMax = 1_000;

/** What was removed from segments since the last time it was told. */
export interface SegmentsErased {
  readonly rows: number;
  readonly segments: number;
}

type EraseDeps = Pick<
  IngestionDeps,
  "offlineCatalog" | "offlineEngine" | "offlineRoot" | "clock" | "newId" | "failPoint"
>;

/**
 * Writes the segments that hold an entity anew without it, and deletes the old files at once; yields after each. Its log rows must
 * be erased already. Flushes and merges that read before that cannot commit any more: the manifest moves on first.
 */
export async function* eraseSegments(
  deps: EraseDeps,
  inViews: readonly EntityInView[],
): AsyncGenerator<SegmentsErased> {
  // Whoever began one of these has read a manifest before this one, or merges segments that are replaced below.
  const before = await segmentFiles(deps, inViews);
  await moveOn(deps);
  const clean = new Set<string>();
  for (let conflicts = 0; conflicts < conflictsMax;) {
    const manifest = await deps.offlineCatalog.manifest();
    const found = await findOne(deps, inViews, manifest.segments, clean);
    if (found === undefined) {
      await eraseUnnamed(deps, inViews, before);
      return;
    }
    const { segment, entity, rows } = found;
    if (await replace(deps, manifest.version, segment, entity)) yield { rows, segments: 1 };
    else conflicts++;
  }
  throw new FeatureStoreError(
    "OVERLOADED",
    "Cannot erase the entity from segments: the manifest moves on too fast",
    {
      hint: "Erase it again: what is done already stays done",
    },
  );
}

/** Whatever commits next on a manifest that was read before conflicts, and reads the log again. */
async function moveOn({ offlineCatalog }: EraseDeps): Promise<void> {
  const { version } = await offlineCatalog.manifest();
  await committed(offlineCatalog.commit(version, { added: [], removed: [], flushed: new Map() }));
}

async function findOne(
  deps: EraseDeps,
  inViews: readonly EntityInView[],
  segments: readonly ManifestSegment[],
  clean: Set<string>,
): Promise<{ segment: ManifestSegment; entity: EntityInView; rows: number } | undefined> {
  for (const segment of segments) {
    const entity = inViews.find(({ view }) => view.id === segment.viewId);
    if (entity === undefined || clean.has(segment.path)) continue;
    const rows = await rowsInSegment(deps, segment.path, entity.key);
    if (rows > 0) return { segment, entity, rows };
    clean.add(segment.path);
  }
  return undefined;
}

/** False where the manifest has moved on: then nothing is changed. */
async function replace(
  deps: EraseDeps,
  baseVersion: bigint,
  segment: ManifestSegment,
  { key }: EntityInView,
): Promise<boolean> {
  const { offlineCatalog, offlineEngine, offlineRoot } = deps;
  const path = join(dirname(segment.path), `${deps.newId()}.parquet`);
  const old = join(offlineRoot, segment.path);
  const written = await offlineEngine.copySegmentWithout(old, join(offlineRoot, path), key);
  const { viewId, schemaRevision } = segment;
  const change: ManifestCommit = {
    added: written === undefined ? [] : [{ path, viewId, schemaRevision, ...written }],
    removed: [segment.path],
    flushed: new Map(),
    removedAtUs: deps.clock.nowUs(),
  };
  if (await committed(offlineCatalog.commit(baseVersion, change))) {
    deps.failPoint?.("erase.segment-replaced");
    await rm(old, { force: true });
    await offlineCatalog.forgetGarbage([segment.path]);
    return true;
  }
  await rm(join(offlineRoot, path), { force: true });
  return false;
}

/** Files that merges, killed processes or a cut erase left behind are deleted now, not after their grace. */
async function eraseUnnamed(
  deps: EraseDeps,
  inViews: readonly EntityInView[],
  files: readonly string[],
): Promise<void> {
  for (const { path, rows } of await unnamedFiles(deps, inViews, files)) {
    if (rows === 0) continue;
    await rm(join(deps.offlineRoot, path), { force: true });
    await deps.offlineCatalog.forgetGarbage([path]);
  }
}

async function committed(commit: Promise<bigint>): Promise<boolean> {
  try {
    await commit;
    return true;
  } catch (error) {
    if (error instanceof FeatureStoreError && error.kind === "VERSION_CONFLICT") return false;
    throw error;
  }
}
