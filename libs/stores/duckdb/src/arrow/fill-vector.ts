import { isUtf8 } from "node:buffer";
import {
  arrayValue,
  blobValue,
  DuckDBTypeId,
  listValue,
  type DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
} from "@duckdb/node-api";
import { DataType, type Data, type Vector as ArrowVector } from "apache-arrow";
import { vectorOf } from "../vectors/raw-vector.ts";
import { writeData, writeText, writeValidity } from "../vectors/write-vector.ts";
import { rawChunk } from "../vectors/raw-chunk.ts";

type RawVector = ReturnType<typeof vectorOf>;

/** Rows `start`, a multiple of 8, and following of an Arrow column, as many as the chunk has, into a column of the chunk. */
export function fillVector(
  chunk: DuckDBDataChunk,
  column: number,
  type: DuckDBType,
  values: ArrowVector,
  start: number,
): void {
  const [data] = values.data;
  if (data === undefined || data.offset !== 0 || isGeneric(data.type)) {
    fillGeneric(chunk, column, values, start);
    return;
  }
  const vector = vectorOf(rawChunk(chunk), column);
  const { rowCount } = chunk;
  if (data.nullCount > 0) {
    writeValidity(vector, cut(data.nullBitmap, start >> 3, (rowCount + 7) >> 3));
  }
  if (DataType.isBool(data.type)) writeData(vector, spreadBits(data, start, rowCount));
  else if (type.typeId === DuckDBTypeId.VARCHAR || type.typeId === DuckDBTypeId.BLOB) {
    fillText(vector, data, start, rowCount, type.typeId === DuckDBTypeId.VARCHAR);
  } else if (type.typeId === DuckDBTypeId.DECIMAL) {
    writeData(vector, narrowed(bytesOf(data, start, rowCount, 16), type.width));
  } else writeData(vector, bytesOf(data, start, rowCount, widthOf(data)));
}

function isGeneric(type: DataType): boolean {
  return (
    DataType.isNull(type) ||
    DataType.isDictionary(type) ||
    DataType.isList(type) ||
    DataType.isFixedSizeList(type)
  );
}

function widthOf(data: Data): number {
  return (data.values as { readonly BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT;
}

function bytesOf(data: Data, start: number, rows: number, width: number): Uint8Array {
  const { buffer, byteOffset, byteLength } = data.values as Uint8Array;
  return cut(new Uint8Array(buffer, byteOffset, byteLength), start * width, rows * width);
}

/** Exactly `length` bytes: a damaged file may say that it has more rows than bytes. */
function cut(bytes: Uint8Array | undefined, start: number, length: number): Uint8Array {
  const piece = bytes?.subarray(start, start + length);
  if (piece?.length !== length) throw new Error("A column is shorter than its rows");
  return piece;
}

function spreadBits(data: Data, start: number, rows: number): Uint8Array {
  const bits = cut(data.values as Uint8Array, start >> 3, (rows + 7) >> 3);
  return Uint8Array.from({ length: rows }, (_, i) => (bits[i >> 3]! >> (i & 7)) & 1);
}

function fillText(vector: RawVector, data: Data, start: number, rows: number, isText: boolean): void {
  const offsets = data.valueOffsets as Int32Array | BigInt64Array;
  const bytes = data.values as Uint8Array;
  for (let row = 0; row < rows; row++) {
    if (!data.getValid(start + row)) continue;
    const from = Number(offsets[start + row]);
    const to = Number(offsets[start + row + 1]);
    const value = cut(bytes, from, to - from);
    if (isText && !isUtf8(value)) throw new Error("A text column is not UTF-8");
    writeText(vector, row, value);
  }
}

/** The low bytes of 16-byte decimals, as many as the database keeps for so many digits. */
function narrowed(values: Uint8Array, digits: number): Uint8Array {
  const width = digits <= 4 ? 2 : digits <= 9 ? 4 : digits <= 18 ? 8 : 16;
  if (width === 16) return values;
  const narrow = new Uint8Array((values.length / 16) * width);
  for (let i = 0; i < narrow.length; i++) narrow[i] = values[Math.floor(i / width) * 16 + (i % width)]!;
  return narrow;
}

function fillGeneric(chunk: DuckDBDataChunk, column: number, values: ArrowVector, start: number): void {
  const items = Array.from({ length: chunk.rowCount }, (_, i) => itemAt(values, start + i));
  chunk.setColumnValues(column, items);
}

function itemAt(values: ArrowVector, index: number): DuckDBValue {
  const type = values.type as DataType;
  const [data] = values.data;
  if (data === undefined || values.data.length !== 1) return toDuckdb(values.get(index), type);
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return textAt(data, index);
  const { dictionary } = data;
  if (dictionary === undefined || !data.getValid(index)) return toDuckdb(values.get(index), type);
  return itemAt(dictionary, Number((data.values as Int32Array)[index]));
}

/** The library's decoder would drop a byte order mark in front. */
function textAt(data: Data, index: number): string | null {
  if (!data.getValid(index)) return null;
  const offsets = data.valueOffsets as Int32Array | BigInt64Array;
  const { buffer, byteOffset, byteLength } = data.values as Uint8Array;
  return Buffer.from(buffer, byteOffset, byteLength).toString(
    "utf8",
    Number(offsets[index]),
    Number(offsets[index + 1]),
  );
}

function toDuckdb(value: unknown, type: DataType): DuckDBValue {
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return blobValue(value);
  if (DataType.isList(type) || DataType.isFixedSizeList(type)) {
    const list = value as ArrowVector;
    const items = Array.from({ length: list.length }, (_, i) => itemAt(list, i));
    return DataType.isList(type) ? listValue(items) : arrayValue(items);
  }
  return value as DuckDBValue;
}
