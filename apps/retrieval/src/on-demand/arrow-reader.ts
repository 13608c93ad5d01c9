import { DataType, DateUnit, TimeUnit, type Data } from "apache-arrow";

/** Reads the value of a row; null is NULL. */
export type RowReader = (row: number) => unknown;

/**
 * Reads a column of a record batch: numbers and bigints as Arrow has them, times as µs UTC cut to whole ones, text, bytes,
 * lists as arrays. Undefined where the column has a type that features cannot have.
 */
export function readerOf(data: Data): RowReader | undefined {
  const read = plainReader(data);
  if (read === undefined || data.nullCount === 0) return read;
  const { nullBitmap } = data;
  return (row) => (isSet(nullBitmap, row) ? read(row) : null);
}

function plainReader(data: Data): RowReader | undefined {
  const { type } = data;
  if (DataType.isNull(type)) return () => null;
  if (DataType.isBool(type)) {
    const bits = data.values as Uint8Array;
    return (row) => isSet(bits, row);
  }
  if (DataType.isInt(type) || DataType.isFloat(type)) {
    const values = data.values as ArrayLike<unknown>;
    return (row) => values[row];
  }
  if (DataType.isTimestamp(type)) return timeReader(data.values as BigInt64Array, type.unit);
  if (DataType.isDate(type) && type.unit === DateUnit.DAY) {
    const days = data.values as Int32Array;
    return (row) => BigInt(days[row]!) * 86_400_000_000n;
  }
  if (DataType.isUtf8(type)) return partReader(data, (bytes) => bytes.toString("utf8"));
  if (DataType.isBinary(type)) return partReader(data, (bytes) => new Uint8Array(bytes));
  if (DataType.isList(type)) {
    const offsets = data.valueOffsets as Int32Array;
    return listReader(data, (row) => [offsets[row]!, offsets[row + 1]!]);
  }
  if (DataType.isFixedSizeList(type)) {
    const size = type.listSize;
    return listReader(data, (row) => [row * size, (row + 1) * size]);
  }
  return undefined;
}

const unitsPerUs: Partial<Record<TimeUnit, bigint>> = {
  [TimeUnit.SECOND]: 1_000_000n,
  [TimeUnit.MILLISECOND]: 1_000n,
  [TimeUnit.MICROSECOND]: 1n,
};

function timeReader(values: BigInt64Array, unit: TimeUnit): RowReader {
  const scale = unitsPerUs[unit];
  if (scale === 1n) return (row) => values[row]!;
  if (scale !== undefined) return (row) => values[row]! * scale;
  return (row) => {
    const ns = values[row]!;
    return (ns - (((ns % 1000n) + 1000n) % 1000n)) / 1000n;
  };
}

function partReader(data: Data, make: (bytes: Buffer) => unknown): RowReader {
  const offsets = data.valueOffsets as Int32Array;
  const { buffer, byteOffset, byteLength } = data.values as Uint8Array;
  const bytes = Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
  return (row) => make(bytes.subarray(offsets[row], offsets[row + 1]));
}

function listReader(data: Data, rangeOf: (row: number) => [number, number]): RowReader | undefined {
  const [child] = data.children;
  const element = child === undefined ? undefined : readerOf(child);
  if (element === undefined) return undefined;
  return (row) => {
    const [start, end] = rangeOf(row);
    const values = new Array<unknown>(end - start);
    for (let i = start; i < end; i++) values[i - start] = element(i);
    return values;
  };
}

function isSet(bits: Uint8Array, at: number): boolean {
  return ((bits[at >> 3]! >> (at & 7)) & 1) === 1;
}
