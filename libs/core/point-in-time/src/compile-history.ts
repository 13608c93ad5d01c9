import { compareVersions, type HistoryEntry, type HistoryMode } from "./history-entry.ts";

/** The history of one entity key, ready for `asOf`. */
export interface CompiledHistory<E extends HistoryEntry> {
  /** From when on the entry of the same index is the answer, µs UTC, strictly ascending. */
  readonly fromUs: readonly bigint[];
  /** The answers. */
  readonly entries: readonly E[];
}

/**
 * Sorts a history and drops what can never be an answer: n log n once, log n per question.
 *
 * EVENT_TIME: of equal event times only the greatest order stays. AVAILABLE: rows without an available time do not
 * count; of the rest, ordered by available time, only those stay that exceed every earlier one in (event time, order), which
 * are the very rows that an online store would have written. Of equal (event time, order) the first one wins: the
 * first in the input for EVENT_TIME, the first available for AVAILABLE, as in a store where an equal pair is a no-op.
 */
export function compileHistory<E extends HistoryEntry>(
  entries: readonly E[],
  mode: HistoryMode,
): CompiledHistory<E> {
  const fromUs: bigint[] = [];
  const kept: E[] = [];
  for (const entry of sorted(entries, mode)) {
    const last = kept.at(-1);
    if (last !== undefined && compareVersions(entry, last) <= 0) continue;
    const entryFromUs = answersFromUs(entry, mode);
    if (fromUs.at(-1) === entryFromUs) {
      fromUs.pop();
      kept.pop();
    }
    fromUs.push(entryFromUs);
    kept.push(entry);
  }
  return { fromUs, entries: kept };
}

function sorted<E extends HistoryEntry>(entries: readonly E[], mode: HistoryMode): E[] {
  if (mode === "EVENT_TIME") return entries.toSorted(compareVersions);
  return entries
    .filter((entry) => entry.availableTimeUs !== undefined)
    .sort((a, b) => {
      const aUs = answersFromUs(a, mode);
      const bUs = answersFromUs(b, mode);
      if (aUs !== bUs) return aUs < bUs ? -1 : 1;
      return compareVersions(a, b);
    });
}

function answersFromUs(entry: HistoryEntry, mode: HistoryMode): bigint {
  return mode === "AVAILABLE" ? (entry.availableTimeUs ?? entry.eventTimeUs) : entry.eventTimeUs;
}
