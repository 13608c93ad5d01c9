import { createHash } from "node:crypto";

import { type Data, DataType, type RecordBatch, type Table } from "apache-arrow";

/**
 * The digest of a stream, made from nothing but its values, row by row, as docs/training-sets.md says: no bytes of the stream itself are
 * looked at, so that whatever lies under NULL or behind the end of a buffer cannot come in.
 */
export function naiveDigest(
  table: Table,
  batches: readonly RecordBatch[],
  typeTexts: readonly string[],
): string {
  const head = table.schema.fields.map(
    ({ name }, i) => `${Buffer.byteLength(name)}:${name} ${typeTexts[i]}\n`,
  );
  let digest = sha256(Buffer.from(`timewell training set 1\n${head.join("")}`));
  for (const batch of batches) {
    const buffers = batch.data.children.flatMap((column) => encode(column.type as DataType, rowsOf(column)));
    const numbers = [batch.numRows, buffers.length, ...buffers.map(({ length }) => length)];
    const lengths = Buffer.alloc(numbers.length * 8);
    numbers.forEach((number, i) => lengths.writeBigUInt64LE(BigInt(number), i * 8));
    digest = sha256(Buffer.concat([digest, lengths, ...buffers]));
  }
  return digest.toString("hex");
}

/** A value: its bytes, a bit, or the values of its elements; null is NULL. */
type Value = Uint8Array | boolean | Value[] | null;

function rowsOf(column: Data): Value[] {
  return Array.from({ length: column.length }, (_, row) => valueOf(column, row));
}

function valueOf(column: Data, row: number): Value {
  const { type } = column;
  if (!column.getValid(row)) return null;
  if (DataType.isBool(type)) return ((column.values as Uint8Array)[row >> 3]! & (1 << (row & 7))) !== 0;
  if (DataType.isUtf8(type) || DataType.isBinary(type)) {
    const offsets = column.valueOffsets as Int32Array;
    return (column.values as Uint8Array).slice(offsets[row], offsets[row + 1]);
  }
  const child = column.children[0];
  if (DataType.isList(type)) {
    const offsets = column.valueOffsets as Int32Array;
    return rowsOf(child!).slice(offsets[row], offsets[row + 1]);
  }
  if (DataType.isFixedSizeList(type))
    return rowsOf(child!).slice(row * type.listSize, (row + 1) * type.listSize);
  const width = widthOf(type);
  const { buffer, byteOffset } = column.values as Uint8Array;
  return new Uint8Array(
    (buffer as ArrayBuffer).slice(byteOffset + row * width, byteOffset + (row + 1) * width),
  );
}

function encode(type: DataType, values: readonly Value[]): Buffer[] {
  const hasNull = values.some((value) => value === null);
  const validity = hasNull ? bits(values.map((value) => value !== null)) : Buffer.alloc(0);
  if (DataType.isBool(type)) return [validity, bits(values.map((value) => value === true))];
  if (DataType.isUtf8(type) || DataType.isBinary(type)) {
    const bytes = values.map((value) => (value as Uint8Array | null) ?? new Uint8Array(0));
    return [validity, offsets(bytes.map(({ length }) => length)), padded(Buffer.concat(bytes))];
  }
  const element = type.children?.[0]?.type as DataType;
  if (DataType.isList(type)) {
    const lists = values.map((value) => (value as Value[] | null) ?? []);
    return [validity, offsets(lists.map(({ length }) => length)), ...encode(element, lists.flat())];
  }
  if (DataType.isFixedSizeList(type)) {
    const none = new Array<Value>(type.listSize).fill(null);
    const lists = values.map((value) => (value as Value[] | null) ?? none);
    return [validity, ...encode(element, lists.flat(1) as Value[])];
  }
  const zero = new Uint8Array(widthOf(type));
  return [validity, padded(Buffer.concat(values.map((value) => (value as Uint8Array | null) ?? zero)))];
}

function widthOf(type: DataType): number {
  if (DataType.isInt(type) || DataType.isDecimal(type)) return type.bitWidth / 8;
  if (DataType.isFloat(type)) return [2, 4, 8][type.precision]!;
  if (DataType.isDate(type)) return type.unit === 0 ? 4 : 8;
  return 8;
}

function bits(values: readonly boolean[]): Buffer {
  const bytes = Buffer.alloc(Math.ceil(values.length / 8));
  values.forEach((value, i) => {
    if (value) bytes[i >> 3]! |= 1 << (i & 7);
  });
  return padded(bytes);
}

function offsets(lengths: readonly number[]): Buffer {
  const bytes = Buffer.alloc((lengths.length + 1) * 4);
  let sum = 0;
  lengths.forEach((length, i) => bytes.writeInt32LE((sum += length), (i + 1) * 4));
  return padded(bytes);
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((8 - (bytes.length % 8)) % 8)]);
}

function sha256(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}
