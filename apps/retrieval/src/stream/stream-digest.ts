import { createHash } from "node:crypto";

import { type DataType, Message, RecordBatchReader } from "apache-arrow";

import { formatVersion } from "./format-version.ts";
import { typeText } from "./type-text.ts";

/** Bytes before the metadata of an Arrow message: a mark, and how long the metadata is. */
const prefixBytes = 8;

/**
 * The running digest of a stream. It begins with the schema and goes on with each batch, so that a resumed stream needs to know no more
 * than the digest so far. docs/training-sets.md says what goes into it, byte by byte.
 */
export class StreamDigest {
  #value: Uint8Array;

  private constructor(value: Uint8Array) {
    this.#value = value;
  }

  /** The digest of a stream without batches. `schema` is its schema message. */
  static begin(schema: Uint8Array): StreamDigest {
    const { fields } = RecordBatchReader.from(schema).open().schema;
    const columns = fields.map(({ name, type }) => `${sized(name)} ${typeText(type as DataType)}\n`);
    const text = [`timewell training set ${formatVersion}\n`, ...columns].join("");
    return new StreamDigest(createHash("sha256").update(text).digest());
  }

  /** Goes on from a digest, 32 bytes. */
  static resume(value: Uint8Array): StreamDigest {
    return new StreamDigest(value);
  }

  /** The digest so far, 32 bytes. */
  get value(): Uint8Array {
    return this.#value;
  }

  /** Adds a record batch message. */
  add(message: Uint8Array): void {
    const { buffer, byteOffset } = message;
    const bodyAt = prefixBytes + new DataView(buffer, byteOffset).getUint32(4, true);
    // The reader of metadata wants to have it at a place of its own.
    const decoded = Message.decode(message.slice(prefixBytes, bodyAt));
    if (!decoded.isRecordBatch()) throw new TypeError("A digest is made of record batches");
    const { length, buffers } = decoded.header();
    const lengths = [length, buffers.length, ...buffers.map((region) => region.length)];
    this.#value = createHash("sha256")
      .update(this.#value)
      .update(BigUint64Array.from(lengths, BigInt))
      .update(message.subarray(bodyAt))
      .digest();
  }
}

function sized(name: string): string {
  return `${Buffer.byteLength(name)}:${name}`;
}
