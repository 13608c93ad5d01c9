import { open } from "node:fs/promises";
import type { RecordBatch, Schema } from "apache-arrow";
import { ArrowFilePieces } from "./arrow-pieces.ts";

/** Writes Arrow batches as an Arrow IPC file (Feather). Returns the rows. */
export async function writeArrow(
  path: string,
  schema: Schema,
  batches: AsyncIterable<RecordBatch>,
): Promise<number> {
  const handle = await open(path, "w");
  try {
    const writer = new ArrowFilePieces();
    writer.reset(undefined, schema);
    let rows = 0;
    for await (const batch of batches) {
      writer.write(batch);
      rows += batch.numRows;
      for (const piece of writer.written.take()) await handle.writeFile(piece);
    }
    writer.finish();
    for (const piece of writer.written.take()) await handle.writeFile(piece);
    return rows;
  } finally {
    await handle.close();
  }
}
