import { readVarint, skipValue, varintEnd } from "./skip-value.ts";

/** Marks field numbers for `cutPayload`: the byte at a wanted number is 1. Numbers are small: the registry counts from 1. */
export function fieldMask(numbers: Iterable<number>): Uint8Array {
  const wanted = [...numbers];
  const mask = new Uint8Array(Math.max(0, ...wanted) + 1);
  for (const number of wanted) mask[number] = 1;
  return mask;
}

/**
 * Copies only the wanted fields of a payload, in their order, without decoding a value. Throws DATA_LOSS where the
 * payload is damaged.
 */
export function cutPayload(payload: Uint8Array, mask: Uint8Array): Uint8Array {
  const result = new Uint8Array(payload.length);
  return result.subarray(0, cutPayloadInto(result, 0, payload, mask));
}

/**
 * The same into memory of the caller's, from `start` on, with room for the whole payload. Returns where the copy ends;
 * what is behind that, up to the payload's length, may have been overwritten.
 */
export function cutPayloadInto(
  target: Uint8Array,
  start: number,
  payload: Uint8Array,
  mask: Uint8Array,
): number {
  let end = start;
  let at = 0;
  while (at < payload.length) {
    const fieldStart = at;
    let tag = payload[at++]!;
    if (tag > 0x7f) {
      tag = readVarint(payload, fieldStart);
      at = varintEnd(payload, fieldStart);
    }
    at = skipValue(payload, tag % 8, at);
    if (mask[Math.floor(tag / 8)] !== 1) continue;
    // Fields are short: a loop is quicker than a call into the engine.
    for (let i = fieldStart; i < at; i++) target[end++] = payload[i]!;
  }
  return end;
}
