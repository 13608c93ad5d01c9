import { FeatureStoreError } from "@timewell/errors";
import { durationMaxMs } from "./limits.ts";

/** The `max_age_ms` of a request in µs; undefined where it has none, INVALID_REQUEST outside of 1 … `durationMaxMs`. */
export function requestedMaxAgeUs(maxAgeMs: bigint | undefined): bigint | undefined {
  if (maxAgeMs === undefined) return undefined;
  if (maxAgeMs > 0n && maxAgeMs <= durationMaxMs) return maxAgeMs * 1000n;
  throw new FeatureStoreError(
    "INVALID_REQUEST",
    `Cannot use max_age_ms ${maxAgeMs}: expected 1 … ${durationMaxMs}`,
    { field: "max_age_ms", hint: "Leave it out for the ttl of the views alone" },
  );
}
