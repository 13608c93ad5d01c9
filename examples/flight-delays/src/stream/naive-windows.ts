import type { Flight } from "./last-week.ts";

const minuteUs = 60_000_000n;
const hourUs = 60n * minuteUs;

/** What the windows of an airport must answer. */
export interface NaiveWindows {
  readonly departures: bigint;
  readonly late: bigint;
  readonly meanDelay: number | null;
  readonly maxDelay: number | null;
}

/** The window of one hour, which moves on by a minute, and that of one day, which moves on by an hour. */
export const naiveWindows = {
  "1h": { lengthUs: hourUs, hopUs: minuteUs },
  "1d": { lengthUs: 24n * hourUs, hopUs: hourUs },
} as const;

/** Goes through all flights of an airport, and counts those that left in the window which ends at an instant, µs UTC. */
export function naiveWindowsAt(
  flights: readonly Flight[],
  atUs: bigint,
  { lengthUs, hopUs }: { readonly lengthUs: bigint; readonly hopUs: bigint },
): NaiveWindows {
  const fromUs = (atUs / hopUs) * hopUs - lengthUs;
  const delays = flights.filter(({ leftUs }) => fromUs <= leftUs && leftUs <= atUs).map(({ delay }) => delay);
  return {
    departures: BigInt(delays.length),
    late: BigInt(delays.filter((delay) => delay > 15).length),
    meanDelay: delays.length === 0 ? null : delays.reduce((sum, delay) => sum + delay, 0) / delays.length,
    maxDelay: delays.length === 0 ? null : Math.max(...delays),
  };
}
