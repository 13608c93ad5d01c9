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
export function copyBigint(out: Buffer, value: bigint, at: number): number {
  return out.writeBigInt64BE(value, out.writeInt32BE(8, at));
}

/** Writes a bytea column; returns where the next goes. */
export function copyBytes(out: Buffer, value: Uint8Array, at: number): number {
  const start = out.writeInt32BE(value.length, at);
  out.set(value, start);
  return start + value.length;
}
