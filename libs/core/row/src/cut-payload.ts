import { FeatureStoreError } from "@timewell/errors";
import { wireTypes } from "./wire.ts";

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

function skipValue(payload: Uint8Array, wireType: number, at: number): number {
  let end: number;
  if (wireType === wireTypes.fixed64) end = at + 8;
  else if (wireType === wireTypes.varint) end = varintEnd(payload, at);
  else if (wireType === wireTypes.lengthDelimited) end = varintEnd(payload, at) + readVarint(payload, at);
  else if (wireType === wireTypes.fixed32) end = at + 4;
  else throw damaged(`wire type ${wireType}`);
  if (end > payload.length) throw damaged("a value that is cut off");
  return end;
}

/** Reads a varint of a tag or length; greater ones come out beyond the payload's length and are refused there. */
function readVarint(payload: Uint8Array, at: number): number {
  let value = 0;
  let factor = 1;
  for (let i = at; ; i++) {
    const byte = payload[i] ?? 0;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return value;
    factor *= 0x80;
  }
}

function varintEnd(payload: Uint8Array, at: number): number {
  for (let i = at; i < at + 10; i++) {
    const byte = payload[i];
    if (byte === undefined) throw damaged("a number that is cut off");
    if (byte < 0x80) return i + 1;
  }
  throw damaged("a number of more than 64 bits");
}

function damaged(problem: string): FeatureStoreError {
  return new FeatureStoreError("DATA_LOSS", `Cannot cut a row: it has ${problem}`, {
    hint: "Rebuild the store that holds it from the log.",
  });
}
