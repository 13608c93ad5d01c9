/** Positions in a row, both ends included, that became available at the same time. */
export interface StampRun {
  readonly first: bigint;
  readonly last: bigint;
  /** µs UTC. */
  readonly availableTimeUs: bigint;
}

/** Positions in a row, both ends included. */
export type Span = Pick<StampRun, "first" | "last">;

/**
 * The runs that stamps make up, in order of position. Of two stamps of one position the first counts, and positions of `taken`, in
 * order and apart, have none.
 */
export function stampRuns(
  stamps: readonly { readonly position: bigint; readonly availableTimeUs: bigint }[],
  taken: readonly Span[] = [],
): StampRun[] {
  const runs: StampRun[] = [];
  let run: { first: bigint; last: bigint; availableTimeUs: bigint } | undefined;
  let next = 0;
  // The sort is stable: the first of a position stays the first.
  for (const { position, availableTimeUs } of inOrder(stamps)) {
    if (run?.last === position) continue;
    while (next < taken.length && taken[next]!.last < position) next++;
    if (next < taken.length && taken[next]!.first <= position) continue;
    if (run?.availableTimeUs === availableTimeUs && run.last + 1n === position) run.last = position;
    else runs.push((run = { first: position, last: position, availableTimeUs }));
  }
  return runs;
}

function inOrder<Stamp extends { readonly position: bigint }>(stamps: readonly Stamp[]): readonly Stamp[] {
  if (stamps.every(({ position }, i) => i === 0 || stamps[i - 1]!.position <= position)) return stamps;
  return stamps.toSorted((a, b) => (a.position < b.position ? -1 : Number(a.position > b.position)));
}
