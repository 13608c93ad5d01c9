import { DuckDBTypeId, type DuckDBType } from "@duckdb/node-api";
import type { Vector } from "@duckdb/node-bindings";
import type { ScalarValue } from "@timewell/row";
import {
  arrayChildOf,
  dataOf,
  farBytes,
  inlineBytesMax,
  isValid,
  listChildOf,
  listEntryBytes,
  stringBytes,
  validityOf,
} from "./raw-vector.ts";

/** A value out of a vector: a single one, or a list that may hold nulls. */
export type VectorValue = ScalarValue | readonly (ScalarValue | null)[] | null;

/** Reads values of one vector by row. It stands on DuckDB's own memory: use it only while the chunk lives. */
export type ValueReader = (row: number) => VectorValue;

/** A reader of the first `rows` rows of a vector of one of the types in `sql-type.ts`. */
export function valueReader(vector: Vector, type: DuckDBType, rows: number): ValueReader {
  if (type.typeId === DuckDBTypeId.LIST) return listReader(vector, type.valueType, rows);
  if (type.typeId === DuckDBTypeId.ARRAY) return arrayReader(vector, type.valueType, type.length, rows);
  return scalarReader(vector, type, rows);
}

type ScalarReader = (row: number) => ScalarValue | null;

function scalarReader(vector: Vector, type: DuckDBType, rows: number): ScalarReader {
  const validity = validityOf(vector, rows);
  const read = presentReader(vector, type, rows);
  if (validity === undefined) return read;
  return (row) => (isValid(validity, row) ? read(row) : null);
}

function presentReader(vector: Vector, type: DuckDBType, rows: number): (row: number) => ScalarValue {
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN: {
      const data = dataOf(vector, rows);
      return (row) => data[row] === 1;
    }
    case DuckDBTypeId.INTEGER: {
      const data = typed(Int32Array, vector, rows);
      return (row) => data[row]!;
    }
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.TIMESTAMP_TZ: {
      const data = typed(BigInt64Array, vector, rows);
      return (row) => data[row]!;
    }
    case DuckDBTypeId.UBIGINT: {
      const data = typed(BigUint64Array, vector, rows);
      return (row) => data[row]!;
    }
    case DuckDBTypeId.FLOAT: {
      const data = typed(Float32Array, vector, rows);
      return (row) => data[row]!;
    }
    case DuckDBTypeId.DOUBLE: {
      const data = typed(Float64Array, vector, rows);
      return (row) => data[row]!;
    }
    case DuckDBTypeId.VARCHAR:
      return bytesReader(vector, rows, (bytes) => bytes.toString("utf8"));
    case DuckDBTypeId.BLOB:
      return bytesReader(vector, rows, (bytes) => new Uint8Array(bytes));
    default:
      throw new Error(`No reader for values of type ${type}`);
  }
}

function bytesReader<T>(vector: Vector, rows: number, make: (bytes: Buffer) => T): (row: number) => T {
  const data = dataOf(vector, rows * stringBytes);
  const buffer = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return (row) => {
    const at = row * stringBytes;
    const length = buffer.readUInt32LE(at);
    if (length <= inlineBytesMax) return make(buffer.subarray(at + 4, at + 4 + length));
    const bytes = farBytes(data, row, length);
    return make(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  };
}

function listReader(vector: Vector, element: DuckDBType, rows: number): ValueReader {
  const validity = validityOf(vector, rows);
  const entries = dataOf(vector, rows * listEntryBytes);
  const words = new Uint32Array(entries.buffer, entries.byteOffset, rows * 4);
  const { child, size } = listChildOf(vector);
  const read = scalarReader(child, element, size);
  return (row) => {
    if (!isValid(validity, row)) return null;
    const offset = words[row * 4]!;
    return Array.from({ length: words[row * 4 + 2]! }, (_, i) => read(offset + i));
  };
}

function arrayReader(vector: Vector, element: DuckDBType, length: number, rows: number): ValueReader {
  const validity = validityOf(vector, rows);
  const read = scalarReader(arrayChildOf(vector), element, rows * length);
  return (row) => (isValid(validity, row) ? Array.from({ length }, (_, i) => read(row * length + i)) : null);
}

type Typed<T> = {
  new (buffer: ArrayBufferLike, offset: number, length: number): T;
  readonly BYTES_PER_ELEMENT: number;
};

function typed<T>(type: Typed<T>, vector: Vector, rows: number): T {
  const data = dataOf(vector, rows * type.BYTES_PER_ELEMENT);
  return new type(data.buffer, data.byteOffset, rows);
}
