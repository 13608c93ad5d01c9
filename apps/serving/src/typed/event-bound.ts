const least = -(2n ** 63n);
const greatest = 2n ** 63n - 1n;
const eventTimeAt = 2;

/** An instant as the header of a stored row writes it: sign flipped, in two unsigned halves that compare like times. */
export interface EventBound {
  readonly high: number;
  readonly low: number;
}

/** Makes a bound of µs UTC; instants beyond 64 bits are the nearest ones that fit. */
export function eventBound(timeUs: bigint): EventBound {
  const clamped = timeUs < least ? least : timeUs > greatest ? greatest : timeUs;
  const flipped = clamped - least;
  return { high: Number(flipped >> 32n), low: Number(flipped & 0xffffffffn) };
}

/** High half of the event time of a stored row. */
export function eventTimeHigh(row: Uint8Array): number {
  return word(row, eventTimeAt);
}

/** Low half of the event time of a stored row. */
export function eventTimeLow(row: Uint8Array): number {
  return word(row, eventTimeAt + 4);
}

/** How old a stored row is at an instant, seconds; negative where it is from later. */
export function ageSeconds(row: Uint8Array, at: EventBound): number {
  return ((at.high - eventTimeHigh(row)) * 2 ** 32 + (at.low - eventTimeLow(row))) / 1e6;
}

function word(row: Uint8Array, at: number): number {
  return ((row[at]! << 24) | (row[at + 1]! << 16) | (row[at + 2]! << 8) | row[at + 3]!) >>> 0;
}
