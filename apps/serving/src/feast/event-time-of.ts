/** A time in whole seconds since 1970, rounded down, and the microseconds over. */
export interface SplitTime {
  readonly seconds: number;
  /** 0 … 999,999. */
  readonly us: number;
}

const usPerSecond = 1_000_000;
/** 2^63 µs, by which the header of a row shifts its times, in seconds and µs over. */
const shiftSeconds = 9_223_372_036_854;
const shiftUs = 775_808;

/** Splits the event time of a stored row, given as the halves that its header has: unsigned, sign flipped. */
export function eventTimeOf(high: number, low: number): SplitTime {
  // high × 2^32 = high × (4,294 × 10^6 + 967,296), so that nothing is over 2^53.
  const rest = high * 967_296 + low;
  const seconds = high * 4_294 + Math.floor(rest / usPerSecond) - shiftSeconds;
  const us = (rest % usPerSecond) - shiftUs;
  return us < 0 ? { seconds: seconds - 1, us: us + usPerSecond } : { seconds, us };
}
