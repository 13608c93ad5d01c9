import type { LogAppend, LogPosition, LogRow } from "@timewell/store-ports";
import {
  beginCopy,
  copyBigint,
  copyBigintBytes,
  copyBytes,
  copyHeaderBytes,
  copyTrailerBytes,
  viewOf,
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
/** Column count, five bigints, a boolean, and the length of the entity key. */
const bytesBeforeKey = 2 + 5 * copyBigintBytes + 5 + 4;
const lengthBytes = 4;

/**
 * Writes rows in PostgreSQL's binary COPY format:
 *
 *     "PGCOPY\n\xff\r\n\0" [flags u32 = 0][extension length u32 = 0]
 *     per row: [columns i16] then per column [length i32][bytes]
 *     [-1 i16]
 */
export function encodeLogRows(rows: readonly PlacedRow[], appendedAtUs: bigint): Buffer {
  let bytes = copyHeaderBytes + copyTrailerBytes;
  for (const { row } of rows)
    bytes += bytesBeforeKey + row.entityKey.length + lengthBytes + row.payload.length;
  const out = Buffer.allocUnsafe(bytes);
  const view = viewOf(out);
  let at = beginCopy(out);
  for (const { row, place } of rows) {
    at = out.writeInt16BE(columns, at);
    at = copyBigint(view, BigInt(place.partition), at);
    at = copyBigint(view, place.position, at);
    at = copyBigint(view, BigInt(row.viewId), at);
    at = copyBigint(view, row.eventTimeUs, at);
    at = copyBigint(view, appendedAtUs, at);
    at = out.writeInt32BE(1, at);
    at = out.writeUInt8(row.deleted ? 1 : 0, at);
    at = copyBytes(out, row.entityKey, at);
    at = copyBytes(out, row.payload, at);
  }
  out.writeInt16BE(-1, at);
  return out;
}

/** The rows as the log has them now, with keys and payloads that lie in the bytes of `encodeLogRows`. */
export function writtenRows(rows: readonly PlacedRow[], bytes: Buffer, appendedAtUs: bigint): LogRow[] {
  let at = copyHeaderBytes;
  return rows.map(({ row, place }) => {
    const keyAt = at + bytesBeforeKey;
    const payloadAt = keyAt + row.entityKey.length + lengthBytes;
    at = payloadAt + row.payload.length;
    return {
      partition: place.partition,
      position: place.position,
      viewId: row.viewId,
      entityKey: bytes.subarray(keyAt, keyAt + row.entityKey.length),
      eventTimeUs: row.eventTimeUs,
      deleted: row.deleted,
      payload: bytes.subarray(payloadAt, at),
      appendedAtUs,
      availableTimeUs: undefined,
    };
  });
}
