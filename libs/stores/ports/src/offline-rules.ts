import { FeatureStoreError } from "@timewell/errors";
import type { Manifest, ManifestCommit } from "./offline-catalog.ts";

/**
 * Refuses a change that does not fit the manifest, with INVALID_REQUEST: a path that is added was used before, a path that is
 * removed is not there, or a flushed position would go back. `usedPaths` holds every path of `change.added` that was
 * ever part of a manifest.
 */
export function checkManifestCommit(
  manifest: Manifest,
  usedPaths: ReadonlySet<string>,
  change: ManifestCommit,
): void {
  const added = new Set<string>();
  for (const { path } of change.added) {
    if (usedPaths.has(path) || added.has(path)) throw refused(`segment ${path} was added before`);
    added.add(path);
  }
  const present = new Set(manifest.segments.map(({ path }) => path));
  for (const path of change.removed) {
    if (!present.delete(path)) throw refused(`segment ${path} is to be removed but is not there`);
  }
  for (const [partition, position] of change.flushed) {
    const flushed = manifest.flushed.get(partition) ?? 0n;
    if (position < flushed) {
      throw refused(`partition ${partition} is flushed up to ${flushed}, got ${position}`);
    }
  }
}

/** The error for a manifest that has moved on. */
export function manifestConflict(baseVersion: bigint, version: bigint): FeatureStoreError {
  return new FeatureStoreError(
    "VERSION_CONFLICT",
    `Cannot commit to manifest version ${baseVersion}: the manifest is at version ${version}`,
    { hint: "Read the manifest and make the change again" },
  );
}

/** The error for the end of a run that never began. */
export function unknownRun(run: bigint): FeatureStoreError {
  return new FeatureStoreError(
    "INVALID_REQUEST",
    `Cannot finish materialize run ${run}: no run has this number`,
  );
}

/** The error for a chunk of a backfill that never began. */
export function unknownBackfill(id: bigint): FeatureStoreError {
  return new FeatureStoreError(
    "INVALID_REQUEST",
    `Cannot finish a chunk of backfill ${id}: no backfill has this number`,
  );
}

function refused(why: string): FeatureStoreError {
  return new FeatureStoreError("INVALID_REQUEST", `Cannot commit to the manifest: ${why}`);
}
