import { failed } from "../value.ts";

/** Longest duration, µs: the ten thousand years between the first and the last TIMESTAMP, and their like backwards. */
const durationMaxUs = 315_576_000_000_000_000n;

/** A duration of so many µs, where there is one. */
export function toDuration(us: bigint): bigint | typeof failed {
  return us >= -durationMaxUs && us <= durationMaxUs ? us : failed;
}
