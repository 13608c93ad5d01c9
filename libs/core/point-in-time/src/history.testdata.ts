import type { HistoryEntry } from "./index.ts";

/** An entry with a name, so that tests can say which one they expect. */
export interface NamedEntry extends HistoryEntry {
  readonly name: string;
}

/**
 * Reads a history from a text timeline: one line per row, one column per microsecond.
 *
 * `E` is the event time, `A` the available time, `*` both at once, and `X` in place of E or * marks a tombstone. The name
 * is before the bar. Rows further down have a greater order.
 *
 * ```
 * a |E--A
 * b |  *
 * ```
 */
export function readTimeline(text: string): NamedEntry[] {
  const lines = text.split("\n").filter((line) => line.includes("|"));
  return lines.map((line, i) => {
    const [name = "", track = ""] = line.split("|");
    const eventAt = track.search(/[EX*]/);
    const availableAt = track.includes("A") ? track.indexOf("A") : track.search(/[*]/);
    return {
      name: name.trim(),
      eventTimeUs: BigInt(eventAt),
      order: BigInt(i),
      availableTimeUs: availableAt < 0 ? undefined : BigInt(availableAt),
      deleted: track.includes("X"),
    };
  });
}

/**
 * The as-of rule as its definition says it: the entry that counts and that no other entry which counts beats. Quadratic,
 * and written apart from `naiveAsOf`.
 */
export function quadraticAsOf<E extends HistoryEntry>(
  entries: readonly E[],
  atUs: bigint,
  mode: "EVENT_TIME" | "AVAILABLE",
): E | undefined {
  const candidates = entries.filter((entry) =>
    mode === "EVENT_TIME" ? entry.eventTimeUs <= atUs : (entry.availableTimeUs ?? atUs + 1n) <= atUs,
  );
  return candidates.find((entry) =>
    candidates.every(
      (other) =>
        other.eventTimeUs < entry.eventTimeUs ||
        (other.eventTimeUs === entry.eventTimeUs && other.order <= entry.order),
    ),
  );
}
