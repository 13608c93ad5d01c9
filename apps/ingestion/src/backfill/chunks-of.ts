import { FeatureStoreError } from "@timewell/errors";

/** Most chunks of a backfill. */
export const chunksMax = 10_000;

/** Chunks of a backfill whose length was not asked for, at most. */
const chunksByDefaultMax = 100n;

const minuteUs = 60_000_000n;
const hourUs = 60n * minuteUs;
const dayUs = 24n * hourUs;
const lengthsUs = [
  minuteUs,
  5n * minuteUs,
  15n * minuteUs,
  hourUs,
  6n * hourUs,
  dayUs,
  7n * dayUs,
  30n * dayUs,
];

/** A part of a range, µs UTC, start included, end excluded. */
export interface Chunk {
  /** From 0. */
  readonly number: number;
  readonly fromUs: bigint;
  readonly toUs: bigint;
}

/** The length of chunks where none was asked for, µs: the least usual one that makes at most 100 of the range. */
export function chunkLengthUs(fromUs: bigint, toUs: bigint): bigint {
  const rangeUs = toUs - fromUs;
  const usual = lengthsUs.find((lengthUs) => lengthUs * chunksByDefaultMax >= rangeUs);
  return usual ?? (rangeUs + chunksByDefaultMax - 1n) / chunksByDefaultMax;
}

/** Cuts a range into chunks of one length; the last may be shorter. LIMIT_EXCEEDED for more than `chunksMax`. */
export function chunksOf(fromUs: bigint, toUs: bigint, lengthUs: bigint): Chunk[] {
  const count = (toUs - fromUs + lengthUs - 1n) / lengthUs;
  if (count > BigInt(chunksMax))
    throw new FeatureStoreError(
      "LIMIT_EXCEEDED",
      `Cannot backfill in ${count} chunks: a backfill has at most ${chunksMax}`,
      { field: "chunk_ms", hint: "Choose longer chunks, or leave the length out" },
    );
  return Array.from({ length: Number(count) }, (_, number) => {
    const start = fromUs + BigInt(number) * lengthUs;
    const end = start + lengthUs;
    return { number, fromUs: start, toUs: end < toUs ? end : toUs };
  });
}
