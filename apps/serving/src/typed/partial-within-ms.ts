/** What a partial answer leaves of the time to its deadline, so that it gets there. */
const marginShare = 0.2;
const marginMinMs = 10;
const marginMaxMs = 50;

/** How long a partial answer may wait for its rows, ms, where so much is left to the deadline; Infinity where there is none. */
export function partialWithinMs(leftMs: number | undefined): number {
  if (leftMs === undefined) return Infinity;
  return leftMs - Math.min(Math.max(leftMs * marginShare, marginMinMs), marginMaxMs);
}
