/** The earliest instant that a TIMESTAMP can be: 0001-01-01T00:00:00Z, µs UTC. */
export const timeMinUs = -62_135_596_800_000_000n;

/** The latest instant that a TIMESTAMP can be: 9999-12-31T23:59:59.999999Z, µs UTC. */
export const timeMaxUs = 253_402_300_799_999_999n;

/** The range in words, for messages. */
export const timeRangeText = "0001-01-01T00:00:00Z … 9999-12-31T23:59:59.999999Z";

/**
 * True iff an instant, µs UTC, can be a TIMESTAMP: it lies between `timeMinUs` and `timeMaxUs`, both included. These are the
 * times that Protobuf's Timestamp, Python's datetime and readers of Parquet share.
 */
export function isTime(us: bigint): boolean {
  return us >= timeMinUs && us <= timeMaxUs;
}
