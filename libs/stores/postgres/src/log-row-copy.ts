import type { LogAppend, LogPosition } from "@timewell/store-ports";

/** A row with its place. */
export interface PlacedRow {
  readonly row: LogAppend;
  readonly place: LogPosition;
}

/** The statement that takes the bytes of `encodeLogRows`. */
export const copyLogRows =
  "COPY timewell.log_rows (partition, position, view_id, event_time, appended_at, deleted, entity_key, payload) " +
  "FROM STDIN (FORMAT binary)";

const signature = Buffer.from("PGCOPY\n\xff\r\n\0", "latin1");
const headerBytes = signature.length + 8;
const columns = 8;
const bigintBytes = 12;
/** Column count, five bigints, a boolean, and the lengths of two byte strings. */
const fixedRowBytes = 2 + 5 * bigintBytes + 5 + 4 + 4;

/**
 * Writes rows in PostgreSQL's binary COPY format:
 *
 *     "PGCOPY\n\xff\r\n\0" [flags u32 = 0][extension length u32 = 0]
 *     per row: [columns i16] then per column [length i32][bytes]
 *     [-1 i16]
 */
export function encodeLogRows(rows: readonly PlacedRow[], appendedAtUs: bigint): Buffer {
  let bytes = headerBytes + 2;
  for (const { row } of rows) bytes += fixedRowBytes + row.entityKey.length + row.payload.length;
  const out = Buffer.allocUnsafe(bytes);
  signature.copy(out);
  out.writeBigInt64BE(0n, signature.length);
  let at = headerBytes;
  for (const { row, place } of rows) {
    at = out.writeInt16BE(columns, at);
    at = writeBigint(out, BigInt(place.partition), at);
    at = writeBigint(out, place.position, at);
    at = writeBigint(out, BigInt(row.viewId), at);
    at = writeBigint(out, row.eventTimeUs, at);
    at = writeBigint(out, appendedAtUs, at);
    at = out.writeInt32BE(1, at);
    at = out.writeUInt8(row.deleted ? 1 : 0, at);
    at = writeBytes(out, row.entityKey, at);
    at = writeBytes(out, row.payload, at);
  }
  out.writeInt16BE(-1, at);
  return out;
}

function writeBigint(out: Buffer, value: bigint, at: number): number {
  return out.writeBigInt64BE(value, out.writeInt32BE(8, at));
}

function writeBytes(out: Buffer, value: Uint8Array, at: number): number {
  const start = out.writeInt32BE(value.length, at);
  out.set(value, start);
  return start + value.length;
}
