import { isTime } from "@timewell/ttl";
import { failed } from "../value.ts";
import { floorDivide } from "./floor-divide.ts";

const pattern = /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/;

/** Reads an RFC 3339 time as µs UTC; digits beyond the µs are cut off. */
export function parseTimeText(text: string): bigint | typeof failed {
  const parts = pattern.exec(text);
  if (parts === null) return failed;
  const [, day, clock, fraction = "", zone] = parts;
  // A day that the month does not have is taken for one of the next month: compare it with what was meant.
  const ms = Date.parse(`${day}T${clock}Z`);
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(day!)) return failed;
  const offsetMinutes = offsetOf(zone!);
  if (offsetMinutes === undefined) return failed;
  const us = BigInt(ms - offsetMinutes * 60_000) * 1000n + BigInt(fraction.padEnd(6, "0").slice(0, 6));
  return isTime(us) ? us : failed;
}

function offsetOf(zone: string): number | undefined {
  if (zone === "Z" || zone === "z") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4));
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}

/** Writes a time as RFC 3339, UTC, with no digits, three or six behind the point. */
export function showTime(us: bigint): string {
  const ms = Number(floorDivide(us, 1000n));
  const rest = Number(us - BigInt(ms) * 1000n);
  const text = new Date(ms).toISOString();
  if (rest !== 0) return text.replace("Z", `${String(rest).padStart(3, "0")}Z`);
  return text.replace(".000Z", "Z");
}
