import { writeParquetFile } from "@timewell/store-duckdb";
import { RecordBatchReader, type RecordBatch, type Schema } from "apache-arrow";
import { tableFormat } from "./table-format.ts";
import { writeArrow } from "./write-arrow.ts";
import { writeCsv } from "./write-csv.ts";
import { writeWholeFile } from "./write-whole-file.ts";

const memoryLimitBytes = 512 * 2 ** 20;

/** Where a training set goes. */
export interface TrainingOutput {
  /** Its ending tells the format: .parquet, .csv or .arrow. */
  readonly path: string;
  /** Column with the instants, which is UTC in Parquet whether or not the labels said so. */
  readonly eventTimeColumn: string;
  /** Called with the rows so far. */
  readonly tellRows: (rows: number) => void;
}

/** Writes the bytes of an Arrow IPC stream to a file, which appears whole or not at all. Returns the rows. */
export async function writeTrainingSet(
  arrow: AsyncIterable<Uint8Array>,
  output: TrainingOutput,
): Promise<number> {
  const format = tableFormat(output.path, "--out");
  return writeWholeFile(output.path, async (path, tempDirectory) => {
    const reader = await RecordBatchReader.from(arrow);
    await reader.open();
    const { schema } = reader;
    const batches = counted(reader, output.tellRows);
    if (format === "csv") return writeCsv(path, schema, batches);
    if (format === "arrow") return writeArrow(path, schema, batches);
    const utcColumns = [output.eventTimeColumn];
    return writeParquetFile({
      path,
      schema: schema as Schema,
      batches,
      utcColumns,
      tempDirectory,
      memoryLimitBytes,
    });
  });
}

async function* counted(
  reader: AsyncIterable<RecordBatch>,
  tell: (rows: number) => void,
): AsyncGenerator<RecordBatch> {
  let rows = 0;
  for await (const batch of reader) {
    rows += batch.numRows;
    tell(rows);
    yield batch;
  }
}
