import type { LogAppend, LogPosition } from "@timewell/store-ports";
import {
  beginCopy,
  copyBigint,
  copyBigintBytes,
  copyBytes,
  copyHeaderBytes,
  copyTrailerBytes,
} from "./binary-copy.ts";

/** A row with its place. */
export interface PlacedRow {
  readonly row: LogAppend;
  readonly place: LogPosition;
}

/** The statement that takes the bytes of `encodeLogRows`. */
export const copyLogRows =
  "COPY timewell.log_rows (partition, position, view_id, event_time, appended_at, deleted, entity_key, payload) " +
  "FROM STDIN (FORMAT binary)";

const columns = 8;
/** Column count, five bigints, a boolean, and the lengths of two byte strings. */
const fixedRowBytes = 2 + 5 * copyBigintBytes + 5 + 4 + 4;

/**
 * Writes rows in PostgreSQL's binary COPY format:
 *
 *     "PGCOPY\n\xff\r\n\0" [flags u32 = 0][extension length u32 = 0]
 *     per row: [columns i16] then per column [length i32][bytes]
 *     [-1 i16]
 */
export function encodeLogRows(rows: readonly PlacedRow[], appendedAtUs: bigint): Buffer {
  let bytes = copyHeaderBytes + copyTrailerBytes;
  for (const { row } of rows) bytes += fixedRowBytes + row.entityKey.length + row.payload.length;
  const out = Buffer.allocUnsafe(bytes);
  let at = beginCopy(out);
  for (const { row, place } of rows) {
    at = out.writeInt16BE(columns, at);
    at = copyBigint(out, BigInt(place.partition), at);
    at = copyBigint(out, place.position, at);
    at = copyBigint(out, BigInt(row.viewId), at);
    at = copyBigint(out, row.eventTimeUs, at);
    at = copyBigint(out, appendedAtUs, at);
    at = out.writeInt32BE(1, at);
    at = out.writeUInt8(row.deleted ? 1 : 0, at);
    at = copyBytes(out, row.entityKey, at);
    at = copyBytes(out, row.payload, at);
  }
  out.writeInt16BE(-1, at);
  return out;
}
