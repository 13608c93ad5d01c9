import { createHash } from "node:crypto";

import { create, toBinary } from "@bufbuild/protobuf";
import { type OfflineSnapshot, OfflineSnapshotSchema } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { CompiledProject, CompiledView } from "@timewell/model";
import { type LogHistory, readLogHistory } from "@timewell/store-ports";

import { checkSources } from "./check-sources.ts";
import type { SnapshotDeps } from "./snapshot-deps.ts";
import { historiesOf, type SnapshotHistories } from "./snapshot-histories.ts";
import { type SnapshotSources, takeSources } from "./take-sources.ts";

/** Most bytes of a snapshot: 3 MiB, some 25,000 source files. It is a part of one message, and a message takes 4 MiB. */
export const snapshotBytesMax = 3_145_728;

/**
 * Makes the present state of the offline store a snapshot, records it, and gives the histories of the views as of it. Equal states
 * have equal ids. Errors of `takeSources` and `readLogHistory`; LIMIT_EXCEEDED for too many source files.
 */
export async function takeSnapshot(
  deps: SnapshotDeps,
  project: CompiledProject,
  views: readonly CompiledView[],
  signal?: AbortSignal,
): Promise<SnapshotHistories> {
  const sources = await takeSources(deps, views, signal);
  const viewIds = new Set(views.map(({ id }) => id));
  const log = await readLogHistory(deps.offlineCatalog, deps.ingestLog, viewIds, { signal });
  const snapshot = snapshotOf(project, log, sources);
  await deps.trainingCatalog.putSnapshot(snapshot);
  return {
    snapshot,
    histories: historiesOf(views, {
      snapshot,
      log,
      sources: sources.sources,
      offlineRoot: deps.offlineRoot,
    }),
    check: (checkSignal) => checkSources(deps, snapshot, sources.places, checkSignal),
  };
}

function snapshotOf(
  { project }: CompiledProject,
  { manifest, positions, unavailable }: LogHistory,
  { files }: SnapshotSources,
): OfflineSnapshot {
  const snapshot = create(OfflineSnapshotSchema, {
    manifestVersion: manifest.version,
    logPositions: [...positions],
    unavailable: unavailable.map((range) => ({ ...range })),
    sourceFiles: [...files],
  });
  const bytes = toBinary(OfflineSnapshotSchema, snapshot);
  if (bytes.length > snapshotBytesMax)
    throw new FeatureStoreError(
      "LIMIT_EXCEEDED",
      `Cannot take a snapshot of project ${project}: its ${files.length} source files make it larger than ${snapshotBytesMax} bytes`,
      { hint: "Ask for fewer views at once, or put the files of a source together" },
    );
  return { ...snapshot, snapshotId: createHash("sha256").update(bytes).digest("hex") };
}
