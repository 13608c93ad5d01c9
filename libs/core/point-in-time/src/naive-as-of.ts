import { compareVersions, type HistoryEntry, type HistoryMode } from "./history-entry.ts";

/**
 * The as-of rule in its plainest form, one pass over the unsorted history of a key: the reference that `asOf` and the
 * engines' joins are tested against.
 */
export function naiveAsOf<E extends HistoryEntry>(
  entries: readonly E[],
  atUs: bigint,
  mode: HistoryMode,
): E | undefined {
  let best: E | undefined;
  for (const entry of entries) {
    if (!counts(entry, atUs, mode)) continue;
    const compared = best === undefined ? 1 : compareVersions(entry, best);
    if (compared > 0 || (compared === 0 && mode === "AVAILABLE" && isEarlier(entry, best))) best = entry;
  }
  return best;
}

function counts(entry: HistoryEntry, atUs: bigint, mode: HistoryMode): boolean {
  if (mode === "EVENT_TIME") return entry.eventTimeUs <= atUs;
  return entry.availableTimeUs !== undefined && entry.availableTimeUs <= atUs;
}

/** Of equal (event time, order) the one that came first is in the store. */
function isEarlier(entry: HistoryEntry, best: HistoryEntry | undefined): boolean {
  return entry.availableTimeUs! < best!.availableTimeUs!;
}
