import { FeatureStoreError, showValue } from "@timewell/errors";
import { keyBytesMax, keyCodeVersion, keyPartsMax, keyTags } from "./key-code.ts";
import type { KeyType, KeyValue } from "./key-type.ts";
import { keyValueProblem } from "./key-value-problem.ts";

/** Room for a whole key and for the part that makes it too long; text longer than the limit is refused before it is written. */
const scratch = Buffer.alloc(keyBytesMax * 4);
const view = new DataView(scratch.buffer, scratch.byteOffset, scratch.length);

/**
 * Encodes the values of a composite key, in the order of the entity's keys. Drawn in `key-code.ts`.
 *
 * Throws INVALID_KEY for a value that is not of its type, more than 8 parts, or a code over 1,024 bytes.
 */
export function encodeKey(types: readonly KeyType[], values: readonly KeyValue[]): Uint8Array {
  if (types.length !== values.length) {
    throw invalidKey(
      `got ${values.length} parts, expected ${types.length}`,
      "Send one value for each join key.",
    );
  }
  if (types.length > keyPartsMax) {
    throw invalidKey(
      `got ${types.length} parts, at most ${keyPartsMax} are allowed`,
      "Declare fewer join keys.",
    );
  }
  scratch[0] = keyCodeVersion;
  let end = 1;
  for (let i = 0; i < types.length; i++) {
    const type = types[i]!;
    const value = values[i]!;
    const expected = keyValueProblem(type, value);
    if (expected !== undefined) {
      throw invalidKey(
        `part ${i + 1} is ${showValue(value)}, expected ${expected}`,
        "Send a value of the declared type.",
      );
    }
    end = writePart(type, value, end);
    if (end > keyBytesMax) throw tooLong(end);
  }
  return new Uint8Array(scratch.subarray(0, end));
}

function writePart(type: KeyType, value: KeyValue, at: number): number {
  switch (type) {
    case "BOOL":
      scratch[at] = value === true ? keyTags.true : keyTags.false;
      return at + 1;
    case "INT32":
    case "INT64":
    case "TIMESTAMP":
      scratch[at] = type === "TIMESTAMP" ? keyTags.timestamp : keyTags.integer;
      view.setBigInt64(at + 1, value as bigint);
      scratch[at + 1]! ^= 0x80;
      return at + 9;
    case "STRING":
      scratch[at] = keyTags.string;
      return writeEscaped(Buffer.from(value as string), at + 1);
    case "BYTES":
      scratch[at] = keyTags.bytes;
      return writeEscaped(value as Uint8Array, at + 1);
  }
}

/** Escaped bytes take at most twice their length, so 1,024 of them fit in the scratch after any valid prefix. */
function writeEscaped(bytes: Uint8Array, at: number): number {
  if (at + bytes.length + 1 > keyBytesMax) throw tooLong(at + bytes.length + 1);
  let end = at;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    scratch[end++] = byte;
    if (byte === 0) scratch[end++] = 0xff;
  }
  scratch[end++] = 0;
  return end;
}

function tooLong(bytes: number): FeatureStoreError {
  const problem = `it takes at least ${bytes} bytes, at most ${keyBytesMax} are allowed`;
  return invalidKey(problem, "Use shorter keys, for example a digest of long text.");
}

function invalidKey(problem: string, hint: string): FeatureStoreError {
  return new FeatureStoreError("INVALID_KEY", `Cannot encode the key: ${problem}`, { hint });
}
