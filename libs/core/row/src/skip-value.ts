import { FeatureStoreError } from "@timewell/errors";
import { wireTypes } from "./wire.ts";

/** Where a value of a wire type ends that begins at `at` of a stored row or its payload. Throws DATA_LOSS where it is damaged. */
export function skipValue(bytes: Uint8Array, wireType: number, at: number): number {
  let end: number;
  if (wireType === wireTypes.fixed64) end = at + 8;
  else if (wireType === wireTypes.varint) end = varintEnd(bytes, at);
  else if (wireType === wireTypes.lengthDelimited) end = varintEnd(bytes, at) + readVarint(bytes, at);
  else if (wireType === wireTypes.fixed32) end = at + 4;
  else throw damaged(`wire type ${wireType}`);
  if (end > bytes.length) throw damaged("a value that is cut off");
  return end;
}

/** Reads a varint of a tag or length; greater ones come out beyond the length of the bytes and are refused there. */
export function readVarint(bytes: Uint8Array, at: number): number {
  let value = 0;
  let factor = 1;
  for (let i = at; ; i++) {
    const byte = bytes[i] ?? 0;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return value;
    factor *= 0x80;
  }
}

/** Where a varint ends that begins at `at`. Throws DATA_LOSS where it is damaged. */
export function varintEnd(bytes: Uint8Array, at: number): number {
  for (let i = at; i < at + 10; i++) {
    const byte = bytes[i];
    if (byte === undefined) throw damaged("a number that is cut off");
    if (byte < 0x80) return i + 1;
  }
  throw damaged("a number of more than 64 bits");
}

function damaged(problem: string): FeatureStoreError {
  return new FeatureStoreError("DATA_LOSS", `Cannot read a row: it has ${problem}`, {
    hint: "Rebuild the store that holds it from the log.",
  });
}
