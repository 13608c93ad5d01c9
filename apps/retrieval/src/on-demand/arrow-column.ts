import {
  elementType,
  type FeatureType,
  type FeatureValue,
  type ScalarType,
  type ScalarValue,
} from "@timewell/row";
import {
  Binary,
  Bool,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int32,
  Int64,
  List,
  makeData,
  TimestampMicrosecond,
  Utf8,
  type Data,
  type DataType,
} from "apache-arrow";

/** Name of the elements of a list, as in the columns of views. */
const elementName = "item";

/** The Arrow type of a feature, the same as in the columns of views. */
export function arrowTypeOf(type: FeatureType, dimension: number): DataType {
  const element = elementTypes[elementType(type)]();
  if (type === "FLOAT_VECTOR") return new FixedSizeList(dimension, new Field(elementName, element, true));
  return type.endsWith("_LIST") ? new List(new Field(elementName, element, true)) : element;
}

/** A column of values of a feature. */
export function arrowColumn(type: FeatureType, dimension: number, values: readonly FeatureValue[]): Data {
  const arrowType = arrowTypeOf(type, dimension);
  const scalar = elementType(type);
  if (scalar === type) return scalarColumn(scalar, values as readonly (ScalarValue | null)[]);
  const lists = values as readonly (readonly ScalarValue[] | null)[];
  const common = { type: arrowType, length: values.length, ...validity(values) };
  if (type === "FLOAT_VECTOR") {
    const none = new Array<ScalarValue | null>(dimension).fill(null);
    const elements = lists.flatMap((list): readonly (ScalarValue | null)[] => list ?? none);
    return makeData({ ...common, child: scalarColumn(scalar, elements) } as never);
  }
  const valueOffsets = new Int32Array(values.length + 1);
  lists.forEach((list, i) => (valueOffsets[i + 1] = valueOffsets[i]! + (list?.length ?? 0)));
  const child = scalarColumn(
    scalar,
    lists.flatMap((list) => list ?? []),
  );
  return makeData({ ...common, valueOffsets, child } as never);
}

const elementTypes: Readonly<Record<ScalarType, () => DataType>> = {
  BOOL: () => new Bool(),
  INT32: () => new Int32(),
  INT64: () => new Int64(),
  FLOAT: () => new Float32(),
  DOUBLE: () => new Float64(),
  STRING: () => new Utf8(),
  BYTES: () => new Binary(),
  TIMESTAMP: () => new TimestampMicrosecond("UTC"),
};

function scalarColumn(scalar: ScalarType, values: readonly (ScalarValue | null)[]): Data {
  const type = elementTypes[scalar]();
  const common = { type, length: values.length, ...validity(values) };
  if (scalar === "STRING" || scalar === "BYTES") return makeData({ ...common, ...parts(values) } as never);
  return makeData({ ...common, data: fixedWidth(scalar, values) } as never);
}

function fixedWidth(scalar: ScalarType, values: readonly (ScalarValue | null)[]): ArrayBufferView {
  if (scalar === "BOOL") return bitmap(values, (value) => value === true);
  if (scalar === "INT64" || scalar === "TIMESTAMP") {
    return BigInt64Array.from(values, (value) => (value ?? 0n) as bigint);
  }
  const numbers = values as readonly (number | null)[];
  if (scalar === "INT32") return Int32Array.from(numbers, (value) => value ?? 0);
  // NaN has one form, whatever computed it.
  const canonical = (value: number | null) => (value === null ? 0 : value === value ? value : NaN);
  return scalar === "FLOAT" ? Float32Array.from(numbers, canonical) : Float64Array.from(numbers, canonical);
}

function parts(values: readonly (ScalarValue | null)[]) {
  const pieces = values.map((value) =>
    value === null ? empty : typeof value === "string" ? Buffer.from(value) : (value as Uint8Array),
  );
  const valueOffsets = new Int32Array(values.length + 1);
  pieces.forEach((piece, i) => (valueOffsets[i + 1] = valueOffsets[i]! + piece.length));
  return { valueOffsets, data: Buffer.concat(pieces) };
}

const empty = new Uint8Array(0);

function validity(values: readonly unknown[]) {
  const nullCount = values.reduce<number>((count, value) => (value === null ? count + 1 : count), 0);
  return { nullCount, nullBitmap: nullCount === 0 ? null : bitmap(values, (value) => value !== null) };
}

function bitmap(values: readonly unknown[], holds: (value: unknown) => boolean): Uint8Array {
  const bits = new Uint8Array(Math.ceil(values.length / 64) * 8);
  values.forEach((value, i) => {
    if (holds(value)) bits[i >> 3]! |= 1 << (i & 7);
  });
  return bits;
}
