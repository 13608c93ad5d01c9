import type { CompiledView } from "@timewell/model";
import { readLogHistory, snapshotNotFound } from "@timewell/store-ports";

import { checkSources } from "./check-sources.ts";
import { openSources } from "./open-sources.ts";
import type { SnapshotDeps } from "./snapshot-deps.ts";
import { historiesOf, type SnapshotHistories } from "./snapshot-histories.ts";

/**
 * Reads the offline store as of a snapshot of before, whatever was pushed, flushed or trimmed since. SNAPSHOT_NOT_FOUND; SOURCE_CHANGED,
 * naming the file; INVALID_REQUEST for a view whose source files the snapshot does not know.
 */
export async function openSnapshot(
  deps: SnapshotDeps,
  snapshotId: string,
  views: readonly CompiledView[],
  signal?: AbortSignal,
): Promise<SnapshotHistories> {
  const snapshot = await deps.trainingCatalog.snapshot(snapshotId);
  if (snapshot === undefined) throw snapshotNotFound(snapshotId);
  const { sources, places } = await openSources(deps, snapshot, views, signal);
  const viewIds = new Set(views.map(({ id }) => id));
  const reading = { positions: snapshot.logPositions, signal };
  const log = await readLogHistory(deps.offlineCatalog, deps.ingestLog, viewIds, reading);
  return {
    snapshot,
    histories: historiesOf(views, { snapshot, log, sources, offlineRoot: deps.offlineRoot }),
    check: (checkSignal) => checkSources(deps, snapshot, places, checkSignal),
  };
}
