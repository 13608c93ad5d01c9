import { open } from "node:fs/promises";
import { FeatureStoreError } from "@timewell/errors";
import { readTableFile } from "@timewell/store-duckdb";
import { RecordBatchReader, type RecordBatch } from "apache-arrow";
import { ArrowStreamPieces } from "./arrow-pieces.ts";
import { tableFormat } from "./table-format.ts";

const memoryLimitBytes = 512 * 2 ** 20;

/**
 * Reads label rows of a Parquet, CSV or Arrow file as the bytes of an Arrow IPC stream, in bounded memory. CSV columns named in
 * `textColumns` stay text: 007 is not 7.
 */
export async function* readLabels(
  path: string,
  options: { readonly textColumns: readonly string[]; readonly tempDirectory: string },
): AsyncGenerator<Uint8Array, void, void> {
  const format = tableFormat(path, "--labels");
  if (format === "arrow") yield* readArrow(path);
  else yield* readTableFile({ path, format, ...options, memoryLimitBytes });
}

/** An Arrow IPC stream or file, written again as a stream. */
async function* readArrow(path: string): AsyncGenerator<Uint8Array, void, void> {
  const handle = await open(path, "r").catch((cause: unknown) => {
    throw new FeatureStoreError("FILE_NOT_FOUND", `Cannot read ${path}`, {
      hint: "Name a file that you may read.",
      cause,
    });
  });
  try {
    const reader = await RecordBatchReader.from(handle).then((opened) => opened.open());
    if (reader.schema === undefined) throw new Error("no schema");
    const writer = new ArrowStreamPieces();
    writer.reset(undefined, reader.schema);
    for await (const batch of reader as AsyncIterable<RecordBatch>) {
      writer.write(batch);
      yield* writer.written.take();
    }
    writer.finish();
    yield* writer.written.take();
  } catch (reason) {
    if (reason instanceof FeatureStoreError) throw reason;
    throw new FeatureStoreError("DATA_LOSS", `Cannot read ${path}: it is damaged or not Arrow IPC`, {
      hint: "Write the file again, uncompressed.",
      cause: reason,
    });
  } finally {
    await handle.close().catch(() => undefined);
  }
}
