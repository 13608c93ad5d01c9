import type { FeatureValue, RowField } from "./feature-type.ts";
import type { RowHeader } from "./row-header.ts";
import { PayloadReader } from "./payload-reader.ts";
import { PayloadWriter } from "./payload-writer.ts";

/** Encodes and decodes the row messages of one schema. Not safe to call again from within a call. */
export interface RowCodec {
  /** Encodes normalized values (`normalizeFeatureValue`) in the order of the fields. LIMIT_EXCEEDED over 64 KiB. */
  encode(values: readonly FeatureValue[]): Uint8Array;
  /** The same with the header before it, in one allocation: the bytes of a stored row. */
  encodeStored(header: RowHeader, values: readonly FeatureValue[]): Uint8Array;
  /**
   * Decodes a canonical payload into values in the order of the fields: absent is null, a field that is not in the schema
   * is skipped. DATA_LOSS where the payload is damaged.
   */
  decode(payload: Uint8Array): FeatureValue[];
}

/**
 * Compiles a schema. Payloads are canonical Protobuf:
 *
 * - fields in ascending order of number, none twice, nothing unknown;
 * - scalars have explicit presence: NULL is absent, and a present zero is written;
 * - a list or vector is a length-delimited message `{ repeated T v = 1; }`, packed where T is not STRING or BYTES: NULL is
 *   absent, an empty list has length 0;
 * - BOOL, INT32, INT64 and TIMESTAMP (µs) are varints as `bool`, `int32` and `int64`; FLOAT is fixed32, DOUBLE fixed64;
 * - every NaN is the one quiet NaN without payload; −0 stays −0.
 */
export function compileRowCodec(fields: readonly RowField[]): RowCodec {
  const writer = new PayloadWriter(fields);
  const reader = new PayloadReader(fields);
  return {
    encode: (values) => writer.encode(values),
    encodeStored: (header, values) => writer.encodeStored(header, values),
    decode: (payload) => reader.decode(payload),
  };
}
