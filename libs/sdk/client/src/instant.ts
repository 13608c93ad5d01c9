import { FeatureStoreError, showValue } from "@timewell/errors";

/** A point in time: a Date, or µs since the Unix epoch, UTC. */
export type Instant = Date | bigint;

/** µs since the Unix epoch, UTC. INVALID_EVENT_TIME for a Date that is none. */
export function instantUs(instant: Instant, name: string): bigint {
  if (typeof instant === "bigint") return instant;
  const atMs = instant.getTime();
  if (!Number.isNaN(atMs)) return BigInt(atMs) * 1000n;
  throw new FeatureStoreError(
    "INVALID_EVENT_TIME",
    `Cannot use ${name}: got ${showValue(instant)}, expected a valid Date`,
    {
      field: name,
      hint: "Send a valid Date, or microseconds since 1970 as a bigint.",
    },
  );
}
