import { FeatureStoreError } from "@timewell/errors";
import type { RowHeader } from "./row-header.ts";
import { rowMemory } from "./row-memory.ts";

/**
 * Bytes before the payload of a stored row.
 *
 * ```
 * byte  0        1        2               10              18                  26
 *       [format ][flags  ][event_time    ][order         ][available_time    ][payload …]
 *        u8       u8       i64 µs          u64             i64 µs              row message
 * ```
 *
 * Format is 1 for a row, and 2 for the tiles of a windowed view, whose payload is no row message. Flags: bit 0 marks a tombstone, all others are 0. Integers are big-endian, and
 * the sign bit of the i64 is flipped, so that bytes 2..18 of two rows compare as (event time, order). An available time
 * that is not recorded is the least i64, which is written as eight zero bytes.
 */
export const headerBytes = 26;

/** Most bytes of a stored row, header included. */
export const rowBytesMax = 64 * 1024;

const formatRow = 1;
const formatTiles = 2;
const flagDeleted = 1;
const eventTimeAt = 2;
const orderAt = 10;
const availableTimeAt = 18;
const notRecorded = -(2n ** 63n);

/** Eight bytes to read and write integers through, so that no view is made per row. */
const bytes8 = new Uint8Array(8);
const view8 = new DataView(bytes8.buffer);

/** Makes the bytes of a stored row. `order` is 0 … 2^64 − 1; a tombstone has an empty payload. */
export function encodeStoredRow(header: RowHeader, payload: Uint8Array): Uint8Array {
  const row = rowMemory(headerBytes + payload.length);
  writeHeader(row, header);
  row.set(payload, headerBytes);
  return row;
}

/** Makes the bytes of stored tiles, which stores keep as they keep rows. */
export function encodeStoredTiles(header: RowHeader, blob: Uint8Array): Uint8Array {
  const stored = encodeStoredRow(header, blob);
  stored[0] = formatTiles;
  return stored;
}

/** True for the bytes of stored tiles, false for those of a row. */
export function isStoredTiles(stored: Uint8Array): boolean {
  return stored[0] === formatTiles;
}

/** Writes a header to the first 26 bytes of `row`. */
export function writeHeader(row: Uint8Array, header: RowHeader): void {
  row[0] = formatRow;
  row[1] = header.deleted ? flagDeleted : 0;
  writeSigned(row, eventTimeAt, header.eventTimeUs);
  view8.setBigUint64(0, header.order);
  row.set(bytes8, orderAt);
  writeSigned(row, availableTimeAt, header.availableTimeUs ?? notRecorded);
}

/** Reads the header of a stored row, or of stored tiles. Throws DATA_LOSS where the bytes are neither. */
export function readHeader(row: Uint8Array): RowHeader {
  if (row.length < headerBytes) throw damaged(`${row.length} bytes, expected at least ${headerBytes}`);
  if (row[0] !== formatRow && row[0] !== formatTiles) {
    throw damaged(`format ${row[0]}, expected ${formatRow} or ${formatTiles}`);
  }
  if (row[1]! > flagDeleted) throw damaged(`flags ${row[1]}, expected 0 or ${flagDeleted}`);
  const availableTimeUs = readSigned(row, availableTimeAt);
  return {
    deleted: row[1] === flagDeleted,
    eventTimeUs: readSigned(row, eventTimeAt),
    order: readUnsigned(row, orderAt),
    availableTimeUs: availableTimeUs === notRecorded ? undefined : availableTimeUs,
  };
}

/** The payload of a stored row; it shares the row's memory. */
export function payloadOf(row: Uint8Array): Uint8Array {
  return row.subarray(headerBytes);
}

/** Compares two stored rows by (event time, order): negative where `a` is older, 0 where they are equal. */
export function compareVersion(a: Uint8Array, b: Uint8Array): number {
  for (let i = eventTimeAt; i < availableTimeAt; i++) {
    if (a[i] !== b[i]) return a[i]! - b[i]!;
  }
  return 0;
}

/** Writes the available time, µs UTC, into a stored row, in place. */
export function writeAvailableTime(row: Uint8Array, availableTimeUs: bigint): void {
  writeSigned(row, availableTimeAt, availableTimeUs);
}

function writeSigned(row: Uint8Array, at: number, value: bigint): void {
  view8.setBigInt64(0, value);
  bytes8[0]! ^= 0x80;
  row.set(bytes8, at);
}

function readSigned(row: Uint8Array, at: number): bigint {
  for (let i = 0; i < 8; i++) bytes8[i] = row[at + i]!;
  bytes8[0]! ^= 0x80;
  return view8.getBigInt64(0);
}

function readUnsigned(row: Uint8Array, at: number): bigint {
  for (let i = 0; i < 8; i++) bytes8[i] = row[at + i]!;
  return view8.getBigUint64(0);
}

function damaged(problem: string): FeatureStoreError {
  return new FeatureStoreError("DATA_LOSS", `Cannot read a stored row: it has ${problem}`, {
    hint: "Rebuild the online store from the log.",
  });
}
