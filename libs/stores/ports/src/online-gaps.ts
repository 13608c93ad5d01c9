/**
 * Why an online store could not be trusted: it did not answer, was set up unsafely, was started again (and may have lost its last
 * writes), or did not know any more what it had held.
 */
export type OnlineGapReason = "UNREACHABLE" | "MISCONFIGURED" | "RESTARTED" | "LOST_DATA";

/** A known outage of the online store: what callers got then may differ from what history says of it. */
export interface OnlineGap {
  /** Engine of the online store. */
  readonly store: string;
  /** From when on, µs UTC, included: the last instant at which the store is known to have been whole. */
  readonly fromUs: bigint;
  /** Until when, µs UTC, included: it was whole again, and had caught up with the log. Undefined: it lasts. */
  readonly toUs: bigint | undefined;
  readonly reason: OnlineGapReason;
}

/** When an online store was last known to be whole. */
export interface OnlineSighting {
  /** Engine of the online store. */
  readonly store: string;
  /** Which instance it was (`OnlineStore.runId`). */
  readonly runId: string;
  /** µs UTC. */
  readonly atUs: bigint;
}

/** Most gaps of a store that are kept; of more, those that lie closest together become one. */
export const onlineGapsMax = 1_000;

/**
 * Adds a gap to the gaps of one store, which come in order. Gaps that overlap or touch become one with the reason of the first; a closed
 * gap that is added ends the one that lasts.
 */
export function addGap(gaps: readonly OnlineGap[], added: OnlineGap, gapsMax = onlineGapsMax): OnlineGap[] {
  const { toUs } = added;
  const before =
    toUs === undefined
      ? gaps
      : gaps.map((gap) => ({ ...gap, toUs: gap.toUs ?? (toUs > gap.fromUs ? toUs : gap.fromUs) }));
  const merged: OnlineGap[] = [];
  for (const gap of [...before, added].sort(byStart)) {
    const last = merged.at(-1);
    if (last === undefined || (last.toUs !== undefined && last.toUs < gap.fromUs)) merged.push({ ...gap });
    else merged[merged.length - 1] = joined(last, gap);
  }
  while (merged.length > gapsMax) joinClosest(merged);
  return merged;
}

/** What lies between two gaps counts as an outage then: never the other way round. */
function joinClosest(gaps: OnlineGap[]): void {
  let closest = 1;
  for (let i = 2; i < gaps.length; i++) if (distance(gaps, i) < distance(gaps, closest)) closest = i;
  gaps.splice(closest - 1, 2, joined(gaps[closest - 1]!, gaps[closest]!));
}

function distance(gaps: readonly OnlineGap[], i: number): bigint {
  return gaps[i]!.fromUs - gaps[i - 1]!.toUs!;
}

function joined(first: OnlineGap, second: OnlineGap): OnlineGap {
  if (first.toUs === undefined || second.toUs === undefined) return { ...first, toUs: undefined };
  return { ...first, toUs: first.toUs > second.toUs ? first.toUs : second.toUs };
}

function byStart(a: OnlineGap, b: OnlineGap): number {
  return a.fromUs < b.fromUs ? -1 : a.fromUs > b.fromUs ? 1 : 0;
}
