import { FeatureStoreError } from "@timewell/errors";

/** The `max_age_ms` of a request in µs; undefined where it has none, INVALID_REQUEST for 0 or less. */
export function requestedMaxAgeUs(maxAgeMs: bigint | undefined): bigint | undefined {
  if (maxAgeMs === undefined) return undefined;
  if (maxAgeMs > 0n) return maxAgeMs * 1000n;
  throw new FeatureStoreError("INVALID_REQUEST", `Cannot use max_age_ms ${maxAgeMs}: expected more than 0`, {
    field: "max_age_ms",
    hint: "Leave it out for the ttl of the views alone",
  });
}
