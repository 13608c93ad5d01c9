import { open } from "node:fs/promises";
import { RecordBatchReader, type RecordBatch, type Schema } from "apache-arrow";
import { FeatureStoreError } from "@timewell/errors";

/** Reads an Arrow IPC stream or file batch by batch; `use` gets the schema and the batches. DATA_LOSS for damaged bytes. */
export async function readArrowFile<T>(
  path: string,
  use: (schema: Schema, batches: AsyncIterable<RecordBatch>) => Promise<T>,
): Promise<T> {
  const handle = await open(path, "r");
  try {
    const reader = await RecordBatchReader.from(handle).then((opened) => opened.open());
    if (reader.schema === undefined) throw new Error("no schema");
    return await use(reader.schema, reader as AsyncIterable<RecordBatch>);
  } catch (reason) {
    if (reason instanceof FeatureStoreError) throw reason;
    throw new FeatureStoreError("DATA_LOSS", `Cannot read ${path}: the file is damaged or not Arrow IPC`, {
      hint: "Write the file again, as an uncompressed Arrow IPC stream.",
      cause: reason,
    });
  } finally {
    await handle.close().catch(() => undefined);
  }
}
