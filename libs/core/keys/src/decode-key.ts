import { FeatureStoreError } from "@timewell/errors";
import { keyCodeVersion, keyTags } from "./key-code.ts";
import type { KeyType, KeyValue } from "./key-type.ts";
import { keyValueProblem } from "./key-value-problem.ts";

// A byte-order mark is text like any other.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes a code of `encodeKey`. Throws DATA_LOSS where the bytes are not a code of these types. */
export function decodeKey(types: readonly KeyType[], bytes: Uint8Array): KeyValue[] {
  const reader: Reader = { bytes, at: 1 };
  if (bytes[0] !== keyCodeVersion)
    throw damaged(`version ${bytes[0] ?? "missing"}, expected ${keyCodeVersion}`);
  const values = types.map((type) => readPart(type, reader));
  if (reader.at !== bytes.length) throw damaged(`${bytes.length - reader.at} bytes after the last part`);
  return values;
}

interface Reader {
  readonly bytes: Uint8Array;
  at: number;
}

function readPart(type: KeyType, reader: Reader): KeyValue {
  const tag = reader.bytes[reader.at++];
  switch (type) {
    case "BOOL":
      if (tag !== keyTags.true && tag !== keyTags.false) throw wrongTag(type, tag);
      return tag === keyTags.true;
    case "INT32":
    case "INT64": {
      if (tag !== keyTags.integer) throw wrongTag(type, tag);
      const value = readInteger(reader);
      if (keyValueProblem(type, value) !== undefined) throw damaged(`${value} does not fit ${type}`);
      return value;
    }
    case "TIMESTAMP":
      if (tag !== keyTags.timestamp) throw wrongTag(type, tag);
      return readInteger(reader);
    case "STRING": {
      if (tag !== keyTags.string) throw wrongTag(type, tag);
      const text = readEscaped(reader);
      try {
        return utf8.decode(text);
      } catch (cause) {
        throw damaged("text that is not UTF-8", cause);
      }
    }
    case "BYTES":
      if (tag !== keyTags.bytes) throw wrongTag(type, tag);
      return readEscaped(reader);
  }
}

function readInteger(reader: Reader): bigint {
  const { bytes, at } = reader;
  if (at + 8 > bytes.length) throw damaged("an integer that is cut off");
  reader.at += 8;
  const flipped = new DataView(bytes.buffer, bytes.byteOffset + at, 8).getBigUint64(0);
  return BigInt.asIntN(64, flipped ^ (1n << 63n));
}

function readEscaped(reader: Reader): Uint8Array {
  const { bytes } = reader;
  const result = new Uint8Array(bytes.length - reader.at);
  let length = 0;
  for (;;) {
    const byte = bytes[reader.at++];
    if (byte === undefined) throw damaged("text or bytes that are cut off");
    if (byte === 0) {
      if (bytes[reader.at] !== 0xff) return result.slice(0, length);
      reader.at++;
    }
    result[length++] = byte;
  }
}

function wrongTag(type: KeyType, tag: number | undefined): FeatureStoreError {
  return damaged(`tag ${tag ?? "missing"} where ${type} was expected`);
}

function damaged(problem: string, cause?: unknown): FeatureStoreError {
  return new FeatureStoreError("DATA_LOSS", `Cannot decode a key: it has ${problem}`, {
    hint: "Rebuild the store that holds it from the log.",
    cause,
  });
}
