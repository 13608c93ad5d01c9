import { failed } from "../value.ts";

/** Longest duration, µs: 292 years, as CEL counts durations in 64 bits of nanoseconds. */
const durationMaxUs = 9_223_372_036_854_775n;

/** A duration of so many µs, where there is one. */
export function toDuration(us: bigint): bigint | typeof failed {
  return us >= -durationMaxUs && us <= durationMaxUs ? us : failed;
}
