import type { NamedField } from "@timewell/model";
import type { FeatureType, FeatureValue, ScalarType } from "@timewell/row";
import {
  Binary,
  Bool,
  type Data,
  DataType,
  Field,
  Float32,
  Float64,
  Int32,
  Int64,
  List,
  makeData,
  makeVector,
  Table,
  tableToIPC,
  TimestampMicrosecond,
  Utf8,
  type Vector,
  vectorFromArray,
} from "apache-arrow";

const scalarTypes: Readonly<Record<ScalarType, () => DataType>> = {
  BOOL: () => new Bool(),
  INT32: () => new Int32(),
  INT64: () => new Int64(),
  FLOAT: () => new Float32(),
  DOUBLE: () => new Float64(),
  STRING: () => new Utf8(),
  BYTES: () => new Binary(),
  TIMESTAMP: () => new TimestampMicrosecond("UTC"),
};

/** Labels with ids from 0 at one instant, and a column for each request field. */
export function arrowLabels(
  fields: readonly NamedField[],
  rows: readonly (readonly FeatureValue[])[],
  timeUs: bigint,
): Uint8Array {
  const ids = vectorFromArray(
    rows.map((_, id) => BigInt(id)),
    new Int64(),
  );
  const times = timeVector(rows.map(() => timeUs));
  const data = fields.map(
    ({ name, type }, f) =>
      [
        name,
        columnOf(
          type,
          rows.map((row) => row[f]!),
        ),
      ] as const,
  );
  return tableToIPC(new Table({ id: ids, event_timestamp: times, ...Object.fromEntries(data) }), "stream");
}

function columnOf(type: FeatureType, values: readonly FeatureValue[]): Vector {
  if (type === "TIMESTAMP") return timeVector(values as readonly (bigint | null)[]);
  const scalar = scalarTypes[type.replace(/_(LIST|VECTOR)$/, "") as ScalarType]();
  const isList = type.endsWith("_LIST") || type === "FLOAT_VECTOR";
  return vectorFromArray(
    values as never[],
    isList ? new List(new Field("item", scalar, true)) : scalar,
  ) as Vector;
}

/** Builders of the library take times as ms. */
function timeVector(values: readonly (bigint | null)[]): Vector {
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 64) * 8);
  values.forEach((value, i) => (nullBitmap[i >> 3]! |= value === null ? 0 : 1 << (i & 7)));
  const data = BigInt64Array.from(values, (value) => value ?? 0n);
  const type = scalarTypes.TIMESTAMP() as TimestampMicrosecond;
  const nullCount = values.filter((value) => value === null).length;
  return makeVector(makeData({ type, length: values.length, nullCount, nullBitmap, data }));
}

/** The value of a row of a column that is one batch. */
export function arrowValue(vector: Vector, row: number): FeatureValue {
  const data = vector.data[0]!;
  if (!data.getValid(row)) return null;
  if (DataType.isTimestamp(data.type)) return (data.values as BigInt64Array)[row]!;
  // The library's own decoder drops byte-order marks.
  if (DataType.isUtf8(data.type)) return Buffer.from(bytesAt(data, row)).toString();
  const value: unknown = vector.get(row);
  if (!isVector(value)) return value as FeatureValue;
  return Array.from({ length: value.length }, (_, i) => arrowValue(value, i)) as FeatureValue;
}

function bytesAt(data: Data, row: number): Uint8Array {
  const offsets = data.valueOffsets as Int32Array;
  return (data.values as Uint8Array).subarray(offsets[row], offsets[row + 1]);
}

function isVector(value: unknown): value is Vector {
  return typeof value === "object" && value !== null && "toArray" in value;
}

/** True iff a column of doubles holds a NaN in another form than the one. */
export function hasOddNaN(vector: Vector): boolean {
  const { values } = vector.data[0]!;
  if (!(values instanceof Float64Array)) return false;
  const words = new BigUint64Array(values.buffer, values.byteOffset, values.length);
  return values.some((value, i) => Number.isNaN(value) && words[i] !== 0x7ff8_0000_0000_0000n);
}
