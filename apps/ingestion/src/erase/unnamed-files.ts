import { readdir } from "node:fs/promises";
import { join } from "node:path";

import type { IngestionDeps } from "../ingestion-deps.ts";
import type { EntityInView } from "./erased-entity.ts";
import { rowsInSegment } from "./rows-in-segment.ts";

type FilesDeps = Pick<IngestionDeps, "offlineCatalog" | "offlineEngine" | "offlineRoot">;

/** A file among the segments of a view that no manifest names. */
export interface UnnamedFile {
  /** As a manifest would have it. */
  readonly path: string;
  /** Rows of the entity. Undefined: the file is not whole and cannot be read. */
  readonly rows: number | undefined;
}

/** Files of the views' segments, relative to the offline root, whether a manifest names them or not. */
export async function segmentFiles(
  { offlineRoot }: Pick<FilesDeps, "offlineRoot">,
  inViews: readonly EntityInView[],
): Promise<string[]> {
  const files: string[] = [];
  for (const { view } of inViews) {
    const folder = join("segments", String(view.id));
    const names = await readdir(join(offlineRoot, folder)).catch(() => []);
    files.push(...names.map((name) => join(folder, name)));
  }
  return files;
}

/**
 * Those of some files that no manifest names: of segments that were merged, and what a process that was killed did not finish. Files that are
 * being written are among them.
 */
export async function unnamedFiles(
  deps: FilesDeps,
  inViews: readonly EntityInView[],
  files: readonly string[],
): Promise<UnnamedFile[]> {
  const { segments } = await deps.offlineCatalog.manifest();
  const named = new Set(segments.map(({ path }) => path));
  const found: UnnamedFile[] = [];
  for (const path of files) {
    const entity = inViews.find(({ view }) => path.startsWith(join("segments", String(view.id), "/")));
    if (entity === undefined || named.has(path)) continue;
    const isWhole = path.endsWith(".parquet");
    found.push({ path, rows: isWhole ? await rowsInSegment(deps, path, entity.key) : undefined });
  }
  return found;
}
