import { TimeUnit } from "@timewell/contracts";
import { FeatureStoreError, showValue } from "@timewell/errors";
import { readTimeText } from "@timewell/transforms";

const integerPattern = /^-?\d{1,19}$/;

/** µs in one of each. */
const factors = new Map<TimeUnit, bigint>([
  [TimeUnit.UNSPECIFIED, 1n],
  [TimeUnit.MICROSECONDS, 1n],
  [TimeUnit.MILLISECONDS, 1_000n],
  [TimeUnit.SECONDS, 1_000_000n],
]);

/**
 * The event time that a record says, µs UTC: a number of units, rounded to the µs, text as RFC 3339 or a whole number, or a bigint of a
 * Protobuf Timestamp, which is µs whatever the unit. INVALID_EVENT_TIME where it is nothing of that, or not there.
 */
export function eventTimeOf(value: unknown, unit: TimeUnit, isTimestamp: boolean, path: string): bigint {
  const factor = factors.get(unit) ?? 1n;
  if (typeof value === "bigint") return isTimestamp ? value : value * factor;
  if (typeof value === "number" && Number.isFinite(value)) {
    return Number.isInteger(value) ? BigInt(value) * factor : BigInt(Math.round(value * Number(factor)));
  }
  if (typeof value === "string") {
    const timeUs = integerPattern.test(value) ? BigInt(value) * factor : readTimeText(value);
    if (timeUs !== undefined) return timeUs;
  }
  throw new FeatureStoreError(
    "INVALID_EVENT_TIME",
    `Cannot read event time ${path}: got ${showValue(value ?? null)}, expected a number or a time of RFC 3339`,
    { field: path, hint: "Send the time when it happened, and name its path and unit in the definition" },
  );
}
