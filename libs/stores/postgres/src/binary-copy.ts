const signature = Buffer.from("PGCOPY\n\xff\r\n\0", "latin1");

/** Bytes before the first row: the signature, flags and the length of an extension, all zero. */
export const copyHeaderBytes = signature.length + 8;

/** Bytes after the last row. */
export const copyTrailerBytes = 2;

/** Bytes of a bigint column. */
export const copyBigintBytes = 12;

/** Begins a buffer in PostgreSQL's binary COPY format; returns where the first row goes. */
export function beginCopy(out: Buffer): number {
  signature.copy(out);
  out.writeBigInt64BE(0n, signature.length);
  return copyHeaderBytes;
}

/** Writes a bigint column; returns where the next goes. */
export function copyBigint(out: DataView, value: bigint, at: number): number {
  out.setInt32(at, 8);
  out.setBigInt64(at + 4, value);
  return at + copyBigintBytes;
}

/** Writes a bytea column; returns where the next goes. */
export function copyBytes(out: Buffer, value: Uint8Array, at: number): number {
  const start = out.writeInt32BE(value.length, at);
  out.set(value, start);
  return start + value.length;
}

/** The same bytes for `copyBigint`: integers are written to a buffer itself only slowly. */
export function viewOf(out: Buffer): DataView {
  return new DataView(out.buffer, out.byteOffset, out.byteLength);
}
