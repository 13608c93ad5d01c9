export type { Clock } from "./clock.ts";
export { systemClock } from "./system-clock.ts";
export { ManualClock } from "./manual-clock.ts";
export { CoarseTimer, type Alarm } from "./coarse-timer.ts";
export {
  effectiveTtlUs,
  expiresAtUs,
  forgetAfterUs,
  futureToleranceDefaultMs,
  graceDefaultMs,
  isAlive,
  isPastForgetting,
} from "./expiry.ts";
export { rowStatus, type RowStatus } from "./row-status.ts";
export { formatDuration, parseDuration } from "./duration.ts";
export { laterOf } from "./later-of.ts";
export { isTime, timeMaxUs, timeMinUs, timeRangeText } from "./time-range.ts";
