import type { EncodedRows } from "@timewell/store-ports";

/** Head: rows u32, which greatest times are known u32, event time i64, created time i64. */
const headBytes = 24;

/** Packs rows for the pipe: head, key lengths, row lengths, keys, rows. */
export function packEncodedRows(rows: EncodedRows): Uint8Array[] {
  const count = rows.rows.length;
  const head = Buffer.alloc(headBytes + count * 8);
  head.writeUInt32LE(count, 0);
  head.writeUInt32LE(
    (rows.eventTimeMaxUs === undefined ? 0 : 1) | (rows.createdTimeMaxUs === undefined ? 0 : 2),
    4,
  );
  head.writeBigInt64LE(rows.eventTimeMaxUs ?? 0n, 8);
  head.writeBigInt64LE(rows.createdTimeMaxUs ?? 0n, 16);
  let total = 0;
  for (let i = 0; i < count; i++) {
    const keyLength = rows.entityKeys[i]!.length;
    const rowLength = rows.rows[i]!.length;
    head.writeUInt32LE(keyLength, headBytes + i * 4);
    head.writeUInt32LE(rowLength, headBytes + (count + i) * 4);
    total += keyLength + rowLength;
  }
  const body = Buffer.allocUnsafe(total);
  let at = 0;
  for (const bytes of [...rows.entityKeys, ...rows.rows]) {
    body.set(bytes, at);
    at += bytes.length;
  }
  return [head, body];
}

/** Unpacks rows; they share the payload's memory. */
export function unpackEncodedRows(payload: Buffer): EncodedRows {
  const count = payload.readUInt32LE(0);
  const known = payload.readUInt32LE(4);
  let at = headBytes + count * 8;
  const cut = (_: unknown, i: number): Uint8Array => {
    const length = payload.readUInt32LE(headBytes + i * 4);
    return payload.subarray(at, (at += length));
  };
  const pieces = Array.from({ length: count * 2 }, cut);
  return {
    entityKeys: pieces.slice(0, count),
    rows: pieces.slice(count),
    eventTimeMaxUs: (known & 1) === 0 ? undefined : payload.readBigInt64LE(8),
    createdTimeMaxUs: (known & 2) === 0 ? undefined : payload.readBigInt64LE(16),
  };
}
