import type { CompiledHistory } from "./compile-history.ts";
import type { HistoryEntry } from "./history-entry.ts";

/**
 * The entry that counts at `atUs`, µs UTC; undefined where none does. A tombstone is an answer too: `rowStatus` of
 * `@timewell/ttl` turns it into NOT_FOUND, and applies the ttl.
 */
export function asOf<E extends HistoryEntry>(history: CompiledHistory<E>, atUs: bigint): E | undefined {
  let low = 0;
  let high = history.fromUs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (history.fromUs[middle]! <= atUs) low = middle + 1;
    else high = middle;
  }
  return history.entries[low - 1];
}
