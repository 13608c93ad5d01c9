import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

import { FeatureStoreError } from "@timewell/errors";

import type { IngestionDeps } from "../ingestion-deps.ts";
import { upkeepOf } from "./upkeep-settings.ts";

/** A file may be on its way into the manifest for this long at least, µs, whatever the grace is. */
const writingMaxUs = 600_000_000n;

const segmentName = /\.parquet(\.partial)?$/;

/** Deletes the files of segments that were merged longer than the grace ago; returns how many. */
export async function deleteMergedSegments(deps: IngestionDeps): Promise<number> {
  const untilUs = deps.clock.nowUs() - upkeepOf(deps).segmentGraceUs;
  const due = (await deps.offlineCatalog.segmentGarbage()).filter(
    ({ removedAtUs }) => removedAtUs <= untilUs,
  );
  for (const { path } of due) {
    await rm(join(deps.offlineRoot, path), { force: true });
    deps.failPoint?.("compact.file-removed");
  }
  if (due.length > 0) await deps.offlineCatalog.forgetGarbage(due.map(({ path }) => path));
  return due.length;
}

/**
 * Deletes files among the segments that no manifest names and that are older than the grace: a process that was killed left them. The
 * manifest moves on first, so that nobody can name one of them any more who has read an earlier one. Returns how many.
 */
export async function deleteOrphans(deps: IngestionDeps): Promise<number> {
  const manifest = await deps.offlineCatalog.manifest();
  const garbage = await deps.offlineCatalog.segmentGarbage();
  const known = new Set([...manifest.segments, ...garbage].map(({ path }) => path));
  const { segmentGraceUs } = upkeepOf(deps);
  const keptUs = segmentGraceUs > writingMaxUs ? segmentGraceUs : writingMaxUs;
  const untilMs = Number((deps.clock.nowUs() - keptUs) / 1000n);
  const orphans: string[] = [];
  for (const path of await segmentFiles(deps.offlineRoot)) {
    if (known.has(path)) continue;
    const found = await stat(join(deps.offlineRoot, path)).catch(() => undefined);
    if (found !== undefined && found.mtimeMs < untilMs) orphans.push(path);
  }
  if (orphans.length === 0 || !(await movedOn(deps, manifest.version))) return 0;
  for (const path of orphans) {
    await rm(join(deps.offlineRoot, path), { force: true });
    deps.log.warn({ path }, "deleted a file that no manifest names: a process that wrote it did not finish");
  }
  return orphans.length;
}

/** False where somebody else has: then the files are looked at the next time. */
async function movedOn(deps: IngestionDeps, version: bigint): Promise<boolean> {
  try {
    await deps.offlineCatalog.commit(version, { added: [], removed: [], flushed: new Map() });
    return true;
  } catch (error) {
    if (error instanceof FeatureStoreError && error.kind === "VERSION_CONFLICT") return false;
    throw error;
  }
}

/** Paths relative to the offline root, as the manifest has them. */
async function segmentFiles(offlineRoot: string): Promise<string[]> {
  const folders = await readdir(join(offlineRoot, "segments")).catch(() => []);
  const files: string[] = [];
  for (const folder of folders) {
    const names = await readdir(join(offlineRoot, "segments", folder)).catch(() => []);
    for (const name of names) if (segmentName.test(name)) files.push(join("segments", folder, name));
  }
  return files;
}
