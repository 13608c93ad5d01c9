import { DuckDBDataChunk, type DuckDBAppender } from "@duckdb/node-api";
import { DataType, type RecordBatch, type Schema } from "apache-arrow";
import { FeatureStoreError } from "@timewell/errors";
import { duckdbTypeOf } from "../arrow/duckdb-type-of.ts";
import { fillVector } from "../arrow/fill-vector.ts";
import { readArrowFile } from "../arrow/read-arrow-file.ts";
import type { LabelColumn } from "../plan/training-query.ts";
import { createLabelTable, labelTable } from "../sql/label-table.ts";
import { ordinalType } from "../sql/label-table.ts";
import { writeData } from "../vectors/write-vector.ts";
import { vectorOf } from "../vectors/raw-vector.ts";
import type { Database } from "./database.ts";
import { rawChunk } from "../vectors/raw-chunk.ts";

/** Rows of a chunk; a multiple of 8, so that bits can be copied as bytes. */
const chunkRows = 2048;

/** Copies an Arrow file into the table of the labels, batch by batch, and returns its columns. */
export function loadArrowLabels(database: Database, path: string): Promise<LabelColumn[]> {
  return readArrowFile(path, async (schema, batches) => {
    const columns = columnsOf(schema);
    await database.run(createLabelTable(columns));
    const appender = await database.appender(labelTable);
    let rows = 0n;
    for await (const batch of batches) {
      appendBatch(appender, columns, batch, rows);
      rows += BigInt(batch.numRows);
    }
    appender.closeSync();
    return columns;
  });
}

function columnsOf(schema: Schema): LabelColumn[] {
  return schema.fields.map(({ name, type }) => {
    const column = duckdbTypeOf(type);
    if (column === undefined) {
      throw new FeatureStoreError(
        "INVALID_LABELS",
        `Cannot use the labels: column ${name} has type ${type}, which labels cannot have`,
        { field: name, hint: "Leave the column out, or cast it." },
      );
    }
    const isDictionary = DataType.isDictionary(type);
    return { name, type: column, arrowType: isDictionary ? undefined : (type as DataType) };
  });
}

function appendBatch(
  appender: DuckDBAppender,
  columns: readonly LabelColumn[],
  batch: RecordBatch,
  firstRow: bigint,
): void {
  const types = [ordinalType, ...columns.map(({ type }) => type)];
  const vectors = columns.map((_, i) => batch.getChildAt(i)!);
  for (let start = 0; start < batch.numRows; start += chunkRows) {
    const count = Math.min(chunkRows, batch.numRows - start);
    const chunk = DuckDBDataChunk.create(types, count);
    const ordinals = BigInt64Array.from({ length: count }, (_, i) => firstRow + BigInt(start + i));
    writeData(vectorOf(rawChunk(chunk), 0), new Uint8Array(ordinals.buffer));
    columns.forEach(({ type }, i) => fillVector(chunk, i + 1, type, vectors[i]!, start));
    appender.appendDataChunk(chunk);
  }
  appender.flushSync();
}
