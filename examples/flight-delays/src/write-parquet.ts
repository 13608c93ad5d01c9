import { mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  DuckDBDataChunk,
  DuckDBInstance,
  DuckDBTimestampTZValue,
  TIMESTAMPTZ,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
} from "@duckdb/node-api";
import { DataType, RecordBatchReader, type RecordBatch, type Schema, type Vector } from "apache-arrow";

/** DuckDB takes at most this many rows in one chunk. */
const chunkRowsMax = 2_048;

/**
 * Writes an Arrow IPC stream to a Parquet file, rows and columns in the order of the stream, and returns the number of
 * rows. Columns may be BOOL, INT64, DOUBLE, STRING or TIMESTAMP; another type is refused. The file appears only whole.
 */
export async function writeParquet(arrowIpc: AsyncIterable<Uint8Array>, path: string): Promise<number> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.tmp`;
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const rows = await loadTable(connection, arrowIpc);
    await connection.run("SET TimeZone = 'UTC'");
    await connection.run(`COPY arrow TO '${temporary.replaceAll("'", "''")}' (FORMAT parquet)`);
    await rename(temporary, path);
    return rows;
  } finally {
    connection.closeSync();
    instance.closeSync();
    await rm(temporary, { force: true });
  }
}

async function loadTable(connection: DuckDBConnection, arrowIpc: AsyncIterable<Uint8Array>): Promise<number> {
  const reader = await RecordBatchReader.from(arrowIpc);
  await reader.open();
  const types = reader.schema.fields.map((field) => duckType(field.type, field.name));
  await connection.run(`CREATE TABLE arrow (${columnList(reader.schema, types)})`);
  const appender = await connection.createAppender("arrow");
  let rows = 0;
  for await (const batch of reader) {
    for (let start = 0; start < batch.numRows; start += chunkRowsMax) {
      const part = batch.slice(start, start + chunkRowsMax);
      const chunk = DuckDBDataChunk.create(types, part.numRows);
      chunk.setColumns(columnsOf(part));
      appender.appendDataChunk(chunk);
    }
    rows += batch.numRows;
  }
  appender.closeSync();
  return rows;
}

function columnList(schema: Schema, types: readonly DuckDBType[]): string {
  return schema.fields.map(({ name }, i) => `"${name.replaceAll('"', '""')}" ${String(types[i])}`).join(", ");
}

function duckType(type: DataType, column: string): DuckDBType {
  if (DataType.isBool(type)) return BOOLEAN;
  if (DataType.isInt(type) && type.bitWidth === 64) return BIGINT;
  if (DataType.isFloat(type) && type.precision === 2) return DOUBLE;
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return VARCHAR;
  if (DataType.isTimestamp(type) && type.unit === 2) return TIMESTAMPTZ;
  throw new Error(`Cannot write column ${column}: its type ${String(type)} is none that this example writes`);
}

function columnsOf(batch: RecordBatch): DuckDBValue[][] {
  return batch.schema.fields.map((field, index) => {
    const vector = batch.getChildAt(index) as Vector;
    const isTimestamp = DataType.isTimestamp(field.type);
    return Array.from({ length: batch.numRows }, (_, row) => {
      if (!vector.isValid(row)) return null;
      return isTimestamp
        ? new DuckDBTimestampTZValue(microseconds(vector, row))
        : (vector.get(row) as DuckDBValue);
    });
  });
}

/** The stored number; `get` would give milliseconds, and lose what is below one. */
function microseconds(vector: Vector, row: number): bigint {
  const [data] = vector.data;
  return (data?.values as BigInt64Array)[row] as bigint;
}
