const secondUs = 1_000_000n;
const minuteUs = 60n * secondUs;
const hourUs = 60n * minuteUs;
const dayUs = 24n * hourUs;

/** Longest window of each hop, and the hop, µs, ascending; longer windows, up to `windowMaxUs`, hop by days of UTC. */
const hops: readonly (readonly [windowUs: bigint, hopUs: bigint])[] = [
  [10n * minuteUs, 5n * secondUs],
  [hourUs, minuteUs],
  [12n * hourUs, 5n * minuteUs],
  [12n * dayUs, hourUs],
];

/** Shortest window, µs: 1 minute. */
export const windowMinUs = minuteUs;
/** Longest window, µs: 90 days; the lifetime is longer. */
export const windowMaxUs = 90n * dayUs;

/** The hop of a window, both µs: how finely its tail is cut (semantics 11). 0 for 0, the lifetime, which has no tail. */
export function hopOf(windowUs: bigint): bigint {
  if (windowUs === 0n) return 0n;
  return hops.find(([longestUs]) => windowUs <= longestUs)?.[1] ?? dayUs;
}
