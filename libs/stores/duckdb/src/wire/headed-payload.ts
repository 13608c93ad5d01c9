/** A payload with a structured head: `[length u32, little-endian][head][body]`. */
export function withHead(head: Uint8Array, body: readonly Uint8Array[]): readonly Uint8Array[] {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  return [length, head, ...body];
}

/** Takes such a payload apart. */
export function splitHead(payload: Buffer): { readonly head: Buffer; readonly body: Buffer } {
  const end = 4 + payload.readUInt32LE(0);
  return { head: payload.subarray(4, end), body: payload.subarray(end) };
}
