import type { FeatureType, ScalarValue } from "@timewell/row";

/** A value of a rule for people, whole: two that differ look different. */
export function showBound(value: ScalarValue, type: FeatureType): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString("hex")}`;
  if (type === "TIMESTAMP") return showTime(value as bigint);
  return Object.is(value, -0) ? "-0" : String(value);
}

/** RFC 3339 with as many digits of a second as it needs. */
function showTime(us: bigint): string {
  const inSecond = ((us % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const second = new Date(Number((us - inSecond) / 1_000n)).toISOString().slice(0, 19);
  const fraction = inSecond === 0n ? "" : `.${String(inSecond).padStart(6, "0")}`;
  return `${second}${fraction}Z`;
}
