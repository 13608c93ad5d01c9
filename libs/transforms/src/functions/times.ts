import { overload, type Overload, type Overloads } from "../overload.ts";
import { floorDivide } from "./floor-divide.ts";

/** Parts of timestamps, which are UTC, and of durations. */
export const times: Overloads = {
  ".getFullYear": [ofTime((date) => date.getUTCFullYear())],
  ".getMonth": [ofTime((date) => date.getUTCMonth())],
  ".getDate": [ofTime((date) => date.getUTCDate())],
  ".getDayOfMonth": [ofTime((date) => date.getUTCDate() - 1)],
  ".getDayOfWeek": [ofTime((date) => date.getUTCDay())],
  ".getDayOfYear": [ofTime(dayOfYear)],
  ".getHours": [ofTime((date) => date.getUTCHours()), ofDuration(3_600_000_000n)],
  ".getMinutes": [ofTime((date) => date.getUTCMinutes()), ofDuration(60_000_000n)],
  ".getSeconds": [ofTime((date) => date.getUTCSeconds()), ofDuration(1_000_000n)],
  ".getMilliseconds": [
    ofTime((date) => date.getUTCMilliseconds()),
    overload(["duration"], "int", (us: bigint) => (us % 1_000_000n) / 1000n),
  ],
};

function ofTime(part: (date: Date) => number): Overload {
  const call = (us: bigint) => BigInt(part(new Date(Number(floorDivide(us, 1000n)))));
  return overload(["timestamp"], "int", call, 5);
}

/** Whole units, cut towards zero. */
function ofDuration(unitUs: bigint): Overload {
  return overload(["duration"], "int", (us: bigint) => us / unitUs);
}

/** From 0. */
function dayOfYear(date: Date): number {
  const start = new Date(0).setUTCFullYear(date.getUTCFullYear(), 0, 1);
  return Math.floor((date.getTime() - start) / 86_400_000);
}
