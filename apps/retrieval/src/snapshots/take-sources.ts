import { create } from "@bufbuild/protobuf";
import { type OfflineSnapshot_SourceFile, OfflineSnapshot_SourceFileSchema } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { CompiledView } from "@timewell/model";
import { resolveSourceFiles, sourceOf } from "@timewell/service";
import type { OfflineSource } from "@timewell/store-ports";

import { digestFiles } from "./digest-files.ts";
import type { SnapshotDeps } from "./snapshot-deps.ts";

/** The batch sources of views, with what identifies their files. */
export interface SnapshotSources {
  /** By view id. */
  readonly sources: ReadonlyMap<number, OfflineSource>;
  /** Each file once, in order of path. */
  readonly files: readonly OfflineSnapshot_SourceFile[];
  /** Where the files lie: their paths as the definitions find them, and real absolute ones. */
  readonly places: ReadonlyMap<string, string>;
}

/** Finds the source files of views as they are now. Errors of `resolveSource`; SOURCE_CHANGED for a file that is being written. */
export async function takeSources(
  deps: SnapshotDeps,
  views: readonly CompiledView[],
  signal?: AbortSignal,
): Promise<SnapshotSources> {
  const sources = new Map<number, OfflineSource>();
  const places = new Map<string, string>();
  for (const { id, source } of views) {
    if (source === undefined || sources.has(id)) continue;
    const files = await resolveSourceFiles(source, deps.roots);
    for (const { name, path } of files) places.set(name, path);
    const paths = files.map(({ path }) => path);
    sources.set(id, sourceOf(source, paths));
  }
  const digests = await digestFiles(deps, [...places.values()], signal).catch(asNotFound);
  const files = [...places].sort(byName).map(([name, path]) => {
    const { bytes, sha256 } = digests.get(path)!;
    return create(OfflineSnapshot_SourceFileSchema, { path: name, bytes, sha256 });
  });
  return { sources, files, places };
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}

function asNotFound(reason: unknown): never {
  const { code, path } = reason as { readonly code?: unknown; readonly path?: unknown };
  if (code !== "ENOENT") throw reason;
  throw new FeatureStoreError("FILE_NOT_FOUND", `Cannot read ${String(path)}: it was there a moment ago`, {
    hint: "Make the training set again",
    cause: reason,
  });
}
