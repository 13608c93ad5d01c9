import type { OfflineSnapshot } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { CompiledView } from "@timewell/model";
import { isFileOfSource, resolveAllowedPath, sourceOf } from "@timewell/service";
import type { OfflineSource } from "@timewell/store-ports";

import { checkSources } from "./check-sources.ts";
import type { SnapshotDeps } from "./snapshot-deps.ts";
import { sourceChanged } from "./source-changed.ts";
import type { SnapshotSources } from "./take-sources.ts";

/**
 * Finds the source files that a snapshot names. SOURCE_CHANGED, naming the file, where one is gone or has another content;
 * INVALID_REQUEST for a view whose files the snapshot does not know.
 */
export async function openSources(
  deps: SnapshotDeps,
  snapshot: OfflineSnapshot,
  views: readonly CompiledView[],
  signal?: AbortSignal,
): Promise<SnapshotSources> {
  const sources = new Map<number, OfflineSource>();
  const places = new Map<string, string>();
  for (const { id, name, source } of views) {
    if (source === undefined || sources.has(id)) continue;
    const own = snapshot.sourceFiles.filter(({ path }) => isFileOfSource(source, path));
    if (own.length === 0) throw unknownView(snapshot, name);
    const paths: string[] = [];
    for (const { path } of own) {
      const place = await resolveAllowedPath(path, deps.roots).catch((reason: unknown) => {
        const isGone = reason instanceof FeatureStoreError && reason.kind === "FILE_NOT_FOUND";
        throw isGone ? sourceChanged(snapshot.snapshotId, path, "is gone") : reason;
      });
      places.set(path, place);
      paths.push(place);
    }
    sources.set(id, sourceOf(source, paths));
  }
  const files = snapshot.sourceFiles.filter(({ path }) => places.has(path));
  await checkSources(deps, snapshot, places, signal);
  return { sources, files, places };
}

function unknownView({ snapshotId }: OfflineSnapshot, view: string): FeatureStoreError {
  return new FeatureStoreError(
    "INVALID_REQUEST",
    `Cannot read feature view ${view} as of snapshot ${snapshotId}: the snapshot has no files of its source`,
    { field: "snapshot_id", hint: "Send a snapshot that was taken with this view, or none" },
  );
}
