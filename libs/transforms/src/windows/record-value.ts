import type { FeatureType, ScalarValue } from "@timewell/row";

const words = new DataView(new ArrayBuffer(8));
const bytes8 = new Uint8Array(words.buffer);

/**
 * The bytes of a single value in a record: BOOL one byte; INT32, FLOAT and DOUBLE eight bytes of a double; INT64 and TIMESTAMP
 * eight bytes; STRING as UTF-8; BYTES as they are. Little-endian. Valid until the next call.
 */
export function writeRecordValue(type: FeatureType, value: ScalarValue): Uint8Array {
  switch (type) {
    case "BOOL":
      bytes8[0] = value === true ? 1 : 0;
      return bytes8.subarray(0, 1);
    case "INT64":
    case "TIMESTAMP":
      words.setBigInt64(0, value as bigint, true);
      return bytes8;
    case "STRING":
      return Buffer.from(value as string);
    case "BYTES":
      return value as Uint8Array;
    default:
      words.setFloat64(0, value as number, true);
      return bytes8;
  }
}

/** Reads back what `writeRecordValue` wrote to `length` bytes from `at` on. */
export function readRecordValue(type: FeatureType, view: DataView, at: number, length: number): ScalarValue {
  switch (type) {
    case "BOOL":
      return view.getUint8(at) === 1;
    case "INT64":
    case "TIMESTAMP":
      return view.getBigInt64(at, true);
    case "STRING":
      return Buffer.from(view.buffer, view.byteOffset + at, length).toString();
    case "BYTES":
      return new Uint8Array(view.buffer.slice(view.byteOffset + at, view.byteOffset + at + length));
    default:
      return view.getFloat64(at, true);
  }
}
