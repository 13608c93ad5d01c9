import { join } from "node:path";

import type { OfflineSnapshot } from "@timewell/contracts";
import type { CompiledView } from "@timewell/model";
import {
  type LaterSegments,
  type LogHistory,
  type OfflineSource,
  type PositionRange,
  type ViewHistory,
  viewHistory,
} from "@timewell/store-ports";

import { withoutUnavailable } from "./without-unavailable.ts";

/** A snapshot and the history of each view as of it. */
export interface SnapshotHistories {
  readonly snapshot: OfflineSnapshot;
  /** By view id. Every view that was asked for is there. */
  readonly histories: ReadonlyMap<number, ViewHistory>;
  /**
   * Checks that the source files are still the ones of the snapshot: call it after they were read. SOURCE_CHANGED, naming the file,
   * where one is not.
   */
  check(signal?: AbortSignal): Promise<void>;
}

/** What histories are put together from. */
export interface SnapshotParts {
  readonly snapshot: OfflineSnapshot;
  /** Read up to the positions of the snapshot. */
  readonly log: LogHistory;
  /** By view id; absent: filled by pushes alone. */
  readonly sources: ReadonlyMap<number, OfflineSource>;
  readonly offlineRoot: string;
}

/**
 * The histories of views as of a snapshot, from the manifest as it is now: segments of the snapshot's manifest and of those before
 * hold only what was there; of later ones, and of the log, the rows up to its positions count.
 */
export function historiesOf(
  views: readonly CompiledView[],
  { snapshot, log, sources, offlineRoot }: SnapshotParts,
): Map<number, ViewHistory> {
  const unavailable: readonly PositionRange[] = snapshot.unavailable;
  const histories = new Map<number, ViewHistory>();
  for (const view of views) {
    const own = log.manifest.segments.filter(({ viewId }) => viewId === view.id);
    const isLater = ({ addedVersion }: { readonly addedVersion: bigint }) =>
      addedVersion > snapshot.manifestVersion;
    const later = own.filter(isLater).map(({ path }) => join(offlineRoot, path));
    const laterSegments: LaterSegments = { paths: later, positions: snapshot.logPositions, unavailable };
    histories.set(
      view.id,
      viewHistory(view, {
        source: sources.get(view.id),
        segments: own.filter((segment) => !isLater(segment)).map(({ path }) => join(offlineRoot, path)),
        laterSegments: later.length === 0 ? undefined : laterSegments,
        tail: withoutUnavailable(log.tails.get(view.id) ?? [], unavailable),
      }),
    );
  }
  return histories;
}
