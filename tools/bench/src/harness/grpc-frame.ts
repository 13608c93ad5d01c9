/** Bytes of gRPC's frame before a message. */
export const grpcFrameBytes = 5;

/** A message as gRPC sends it: uncompressed, its length, its bytes. */
export function grpcFrame(message: Uint8Array): Buffer {
  const frame = Buffer.alloc(grpcFrameBytes + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, grpcFrameBytes);
  return frame;
}
