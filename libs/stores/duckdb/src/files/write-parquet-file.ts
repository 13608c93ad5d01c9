import {
  DuckDBDataChunk,
  DuckDBInstance,
  DuckDBTimestampTZValue,
  LIST,
  listValue,
  TIMESTAMP,
  TIMESTAMPTZ,
  type DuckDBConnection,
  type DuckDBType,
} from "@duckdb/node-api";
import { DataType, TimeUnit, type Data, type RecordBatch, type Schema, type Vector } from "apache-arrow";
import { FeatureStoreError } from "@timewell/errors";
import { duckdbTypeOf } from "../arrow/duckdb-type-of.ts";
import { fillVector } from "../arrow/fill-vector.ts";
import { quoteIdent } from "../sql/sql-ident.ts";
import { quoteText } from "../sql/quote-text.ts";

/** Rows of a chunk; a multiple of 8, as `fillVector` wants it. */
const chunkRows = 2_048;
/** DuckDB's dictionaries hold one zero, so that -0 would become 0: there are none. */
const parquetFormat = "FORMAT parquet, DICTIONARY_SIZE_LIMIT 0";

/** How to write a Parquet file. */
export interface ParquetFile {
  readonly path: string;
  readonly schema: Schema;
  readonly batches: AsyncIterable<RecordBatch>;
  /** Columns without a zone that are written as times in UTC all the same. */
  readonly utcColumns?: readonly string[] | undefined;
  /** Existing folder: rows that do not fit into the memory wait there until the last one has come. */
  readonly tempDirectory: string;
  /** Memory that the writer may take, bytes. */
  readonly memoryLimitBytes: number;
}

interface Column {
  readonly name: string;
  readonly type: DuckDBType;
  /** Type in the file, where it is another one. */
  readonly fileType: string | undefined;
}

/**
 * Writes Arrow batches to a Parquet file, rows and columns in their order, in bounded memory, and returns the number of rows.
 * Times with a zone are UTC in the file. INVALID_VALUE for a column whose type Parquet cannot hold.
 */
export async function writeParquetFile(file: ParquetFile): Promise<number> {
  const columns = file.schema.fields.map(({ name, type }) => columnOf(name, type, file.utcColumns ?? []));
  // A database in a file would compress rows that are all zeros, and lose the sign of some.
  const instance = await DuckDBInstance.create(":memory:", {
    memory_limit: `${file.memoryLimitBytes}B`,
    temp_directory: file.tempDirectory,
    threads: "2",
  });
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    const rows = await load(connection, columns, file.batches);
    const outputs = columns.map(({ name, fileType }, i) => {
      const value = fileType === undefined ? `c${i}` : `CAST(c${i} AS ${fileType})`;
      return `${value} AS ${quoteIdent(name)}`;
    });
    await connection.run(
      `COPY (SELECT ${outputs.join(", ")} FROM staging) TO ${quoteText(file.path)} (${parquetFormat})`,
    );
    return rows;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function load(
  connection: DuckDBConnection,
  columns: readonly Column[],
  batches: AsyncIterable<RecordBatch>,
): Promise<number> {
  const types = columns.map(({ type }) => type);
  await connection.run(
    `CREATE TABLE staging (${types.map((type, i) => `c${i} ${String(type)}`).join(", ")})`,
  );
  const appender = await connection.createAppender("staging");
  let rows = 0;
  for await (const batch of batches) {
    for (let start = 0; start < batch.numRows; start += chunkRows) {
      const chunk = DuckDBDataChunk.create(types, Math.min(chunkRows, batch.numRows - start));
      types.forEach((type, i) => fill(chunk, i, type, batch.getChildAt(i)!, start));
      appender.appendDataChunk(chunk);
    }
    appender.flushSync();
    rows += batch.numRows;
  }
  appender.closeSync();
  return rows;
}

function columnOf(name: string, type: DataType, utcColumns: readonly string[]): Column {
  const plain = isTimestampList(type) ? LIST(TIMESTAMPTZ) : duckdbTypeOf(type);
  if (plain === undefined) {
    throw new FeatureStoreError(
      "INVALID_VALUE",
      `Cannot write column ${name} to Parquet: its type is ${type}`,
      {
        field: name,
        hint: "Write Arrow instead.",
      },
    );
  }
  if (!DataType.isTimestamp(type)) return { name, type: plain, fileType: undefined };
  const isUtc = (type.timezone ?? "") !== "" || utcColumns.includes(name);
  if (!isUtc) return { name, type: plain, fileType: undefined };
  if (plain === TIMESTAMP) return { name, type: TIMESTAMPTZ, fileType: undefined };
  return { name, type: plain, fileType: "TIMESTAMPTZ" };
}

/** Lists of times in µs; Arrow's own accessor would round them to ms. */
function isTimestampList(type: DataType): boolean {
  const element = DataType.isList(type) ? (type.children[0]?.type as DataType) : undefined;
  return element !== undefined && DataType.isTimestamp(element) && element.unit === TimeUnit.MICROSECOND;
}

function fill(chunk: DuckDBDataChunk, column: number, type: DuckDBType, values: Vector, start: number): void {
  if (!isTimestampList(values.type)) return fillVector(chunk, column, type, values, start);
  const [data] = values.data as [Data];
  const offsets = data.valueOffsets as Int32Array;
  const times = data.children[0]!.values as BigInt64Array;
  const lists = Array.from({ length: chunk.rowCount }, (_, i) => {
    const row = start + i;
    if (!data.getValid(row)) return null;
    const elements = Array.from(times.subarray(offsets[row], offsets[row + 1]));
    return listValue(elements.map((timeUs) => new DuckDBTimestampTZValue(timeUs)));
  });
  chunk.setColumnValues(column, lists);
}
