import {
  beginCopy,
  copyBigint,
  copyBigintBytes,
  copyBytes,
  copyHeaderBytes,
  copyTrailerBytes,
  viewOf,
} from "./binary-copy.ts";

/** The statement that takes the bytes of `encodeEventIds`. */
export const copyEventIds = "COPY timewell.log_event_ids (event_key, position) FROM STDIN (FORMAT binary)";

/** Writes events in PostgreSQL's binary COPY format. */
export function encodeEventIds(
  events: readonly { readonly key: Uint8Array; readonly position: bigint }[],
): Buffer {
  const rowBytes = events.reduce((sum, { key }) => sum + 2 + 4 + key.length + copyBigintBytes, 0);
  const out = Buffer.allocUnsafe(copyHeaderBytes + rowBytes + copyTrailerBytes);
  const view = viewOf(out);
  let at = beginCopy(out);
  for (const { key, position } of events) {
    at = out.writeInt16BE(2, at);
    at = copyBytes(out, key, at);
    at = copyBigint(view, position, at);
  }
  out.writeInt16BE(-1, at);
  return out;
}
