import { resolve } from "node:path";
import type { DuckDBType } from "@duckdb/node-api";
import { Field } from "apache-arrow";
import { BatchWriter } from "../arrow/batch-writer.ts";
import { builderFor } from "../arrow/builder-for.ts";
import { fileScan, textFileScan } from "../sql/file-scan.ts";
import { Parameters } from "../sql/parameters.ts";
import { quoteIdent } from "../sql/sql-ident.ts";
import { vectorOf } from "../vectors/raw-vector.ts";
import { Database } from "../worker/database.ts";
import { requireFiles } from "../worker/require-files.ts";
import { rawChunk } from "../vectors/raw-chunk.ts";
import { toEngineError } from "../worker/to-engine-error.ts";

/** Rows of every batch but the last. */
const batchRows = 65_536;

/** A local table to read. */
export interface TableFile {
  readonly path: string;
  readonly format: "parquet" | "csv";
  /** Columns of a CSV file that stay text, whatever they look like; names that are not there are left aside. */
  readonly textColumns?: readonly string[] | undefined;
  /** Existing folder for spilling. */
  readonly tempDirectory: string;
  /** Memory that the reader may take, bytes. */
  readonly memoryLimitBytes: number;
}

/**
 * Reads a Parquet or CSV file of this machine, in bounded memory, as the bytes of an Arrow IPC stream: rows and columns in
 * file order, types that Arrow lacks as text. FILE_NOT_FOUND, or DATA_LOSS where the file is damaged.
 */
export async function* readTableFile(file: TableFile): AsyncGenerator<Uint8Array, void, void> {
  const path = resolve(file.path);
  await requireFiles([path]);
  const limits = {
    memoryLimitBytes: file.memoryLimitBytes,
    threads: 2,
    tempDirectory: file.tempDirectory,
    tempDirectoryBytesMax: 2 ** 40,
  };
  const database = await Database.open(limits, [path, file.tempDirectory]);
  try {
    yield* readAll(database, { ...file, path });
  } catch (reason) {
    throw toEngineError(reason, { kind: "describe", format: file.format, path });
  } finally {
    database.close();
  }
}

async function* readAll(database: Database, file: TableFile): AsyncGenerator<Uint8Array, void, void> {
  const present = await columnsOf(database, file, []);
  const textColumns = (file.textColumns ?? []).filter((name) =>
    present.some((column) => column.name === name),
  );
  const columns = textColumns.length === 0 ? present : await columnsOf(database, file, textColumns);
  const outputs = columns.map(({ name, type }) =>
    builderFor(type) === undefined ? `CAST(${quoteIdent(name)} AS VARCHAR)` : quoteIdent(name),
  );
  const parameters = new Parameters();
  const sql = `SELECT ${outputs.join(", ")} FROM ${scanOf(file, textColumns, parameters)}`;
  const result = await database.stream(sql, parameters);
  const builders = result.columnTypes().map((type) => builderFor(type)!);
  const writer = new BatchWriter(builders.map(({ type }, i) => new Field(columns[i]!.name, type, true)));
  yield* writer.schemaMessage;
  let rows = 0;
  const finish = () => {
    const message = writer.batchMessage(
      builders.map((builder) => builder.finish()),
      rows,
    );
    rows = 0;
    return message;
  };
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null) break;
    const raw = rawChunk(chunk);
    const { rowCount } = chunk;
    builders.forEach((builder, i) => builder.append(vectorOf(raw, i), 0, rowCount));
    rows += rowCount;
    // The vectors above stand on the chunk's memory, which must live until here.
    if (chunk.rowCount !== rowCount) throw new Error("A chunk changed while it was read");
    if (rows >= batchRows) yield* finish();
  }
  if (rows > 0) yield* finish();
}

function columnsOf(
  database: Database,
  file: TableFile,
  textColumns: readonly string[],
): Promise<{ readonly name: string; readonly type: DuckDBType }[]> {
  const parameters = new Parameters();
  return database.columnsOf(`SELECT * FROM ${scanOf(file, textColumns, parameters)}`, parameters);
}

function scanOf({ path, format }: TableFile, textColumns: readonly string[], parameters: Parameters): string {
  if (format === "csv") return textFileScan(path, textColumns, parameters);
  return fileScan("parquet", [path], parameters, "sniff");
}
