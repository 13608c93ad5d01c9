import type { KeyList } from "@timewell/store-ports";

const viewIdBytes = 4;
const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const zero = 0x30;

/**
 * An `MGET` of rows as bytes, written in one go.
 *
 * ```
 * *<keys + 1>\r\n $4\r\n MGET\r\n   then for each key   $<length>\r\n { <entity key> } <view id u32> \r\n
 * ```
 */
export function encodeMget(keys: KeyList): Buffer {
  const head = `*${keys.length + 1}\r\n$4\r\nMGET\r\n`;
  const { ends } = keys;
  let size = head.length;
  for (let i = 0, start = 0; i < keys.length; start = ends[i++]!) {
    const length = ends[i]! - start + 2 + viewIdBytes;
    size += 1 + digits(length) + 2 + length + 2;
  }
  const out = Buffer.allocUnsafe(size);
  let at = out.write(head, 0, "latin1");
  for (let i = 0; i < keys.length; i++) at = writeKey(out, at, keys, i);
  return out;
}

function writeKey(out: Buffer, from: number, { bytes, ends, viewIds }: KeyList, index: number): number {
  const start = index === 0 ? 0 : ends[index - 1]!;
  const end = ends[index]!;
  const viewId = viewIds[index]!;
  let at = writeNumber(out, from, end - start + 2 + viewIdBytes);
  out[at++] = 0x7b;
  for (let i = start; i < end; i++) out[at++] = bytes[i]!;
  out[at] = 0x7d;
  out[at + 1] = viewId >>> 24;
  out[at + 2] = viewId >>> 16;
  out[at + 3] = viewId >>> 8;
  out[at + 4] = viewId;
  out[at + 5] = carriageReturn;
  out[at + 6] = lineFeed;
  return at + 7;
}

/** `$<value>\r\n`; returns where it ends. */
function writeNumber(out: Buffer, at: number, value: number): number {
  const count = digits(value);
  out[at] = 0x24;
  for (let i = count, rest = value; i > 0; i--) {
    out[at + i] = zero + (rest % 10);
    rest = (rest / 10) | 0;
  }
  out[at + count + 1] = carriageReturn;
  out[at + count + 2] = lineFeed;
  return at + count + 3;
}

function digits(value: number): number {
  if (value < 100) return value < 10 ? 1 : 2;
  return value < 1_000 ? 3 : 4;
}
