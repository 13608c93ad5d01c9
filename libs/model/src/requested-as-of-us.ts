import { FeatureStoreError } from "@timewell/errors";
import { isTime, timeRangeText } from "@timewell/ttl";

/** The `as_of_us` of a request; undefined where it has none, INVALID_REQUEST where no TIMESTAMP can be so. */
export function requestedAsOfUs(asOfUs: bigint | undefined): bigint | undefined {
  if (asOfUs === undefined || isTime(asOfUs)) return asOfUs;
  throw new FeatureStoreError(
    "INVALID_REQUEST",
    `Cannot read as of ${asOfUs} µs: expected an instant of ${timeRangeText}`,
    { field: "as_of_us", hint: "Send microseconds since 1970, UTC, or leave it out for now" },
  );
}
