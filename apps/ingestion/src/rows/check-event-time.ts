import { FeatureStoreError } from "@timewell/errors";
import type { CompiledView } from "@timewell/model";
import { isTime, timeRangeText } from "@timewell/ttl";

/** Against which an event time is checked. */
export interface EventTimeLimits {
  /** µs UTC. */
  readonly nowUs: bigint;
  /** Times further ahead of now are refused, µs. */
  readonly futureToleranceUs: bigint;
}

/** INVALID_EVENT_TIME where an event time is no time, or too far in the future. `doing` begins the message: "push to". */
export function checkEventTime(
  view: CompiledView,
  eventTimeUs: bigint,
  { nowUs, futureToleranceUs }: EventTimeLimits,
  doing: string,
): void {
  if (!isTime(eventTimeUs))
    throw new FeatureStoreError(
      "INVALID_EVENT_TIME",
      `Cannot ${doing} ${view.name}: event time ${eventTimeUs} µs is not one of ${timeRangeText}`,
      { field: "event_time_us", hint: "Send microseconds (not nanoseconds) since 1970, UTC" },
    );
  if (eventTimeUs <= nowUs + futureToleranceUs) return;
  const aheadS = (eventTimeUs - nowUs) / 1_000_000n;
  throw new FeatureStoreError(
    "INVALID_EVENT_TIME",
    `Cannot ${doing} ${view.name}: event time ${eventTimeUs} is ${aheadS} s in the future, at most ${futureToleranceUs / 1_000_000n} s are allowed`,
    { field: "event_time_us", hint: "Send microseconds (not nanoseconds) UTC, and check the sender's clock" },
  );
}
