/**
 * Which history counts at an instant t: everything that had happened by then (EVENT_TIME), or what the online store held
 * at t (AVAILABLE).
 */
export type HistoryMode = "EVENT_TIME" | "AVAILABLE";

/** One row in the history of one entity key. */
export interface HistoryEntry {
  /** When it happened, µs UTC. */
  readonly eventTimeUs: bigint;
  /** Breaks ties of equal event times; the greater wins. */
  readonly order: bigint;
  /** When serving could first have seen it, µs UTC, never before the event time; undefined where it is not recorded. */
  readonly availableTimeUs: bigint | undefined;
  /** True for a tombstone. */
  readonly deleted: boolean;
}

/** Compares by (event time, order): negative where `a` comes first, 0 where they are equal. */
export function compareVersions(a: HistoryEntry, b: HistoryEntry): number {
  if (a.eventTimeUs !== b.eventTimeUs) return a.eventTimeUs < b.eventTimeUs ? -1 : 1;
  if (a.order !== b.order) return a.order < b.order ? -1 : 1;
  return 0;
}
