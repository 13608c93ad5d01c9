import type { Writable } from "node:stream";
import { untilAborted } from "../interceptors/until-aborted.ts";

/**
 * Writes a message to a grpc-js call and waits until the peer has made room for the next one: grpc-js itself keeps all that the
 * peer does not read. Rejects with the signal's reason.
 */
export async function writeWithDrain(
  call: Writable,
  message: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  if (call.write(message)) return;
  const drained = Promise.withResolvers<void>();
  call.once("drain", drained.resolve);
  try {
    await untilAborted(drained.promise, signal);
  } finally {
    call.off("drain", drained.resolve);
  }
}
