import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { DuckDBTimestampTZValue } from "@duckdb/node-api";
import { FeatureStoreError } from "@timewell/errors";
import type { HistoryRow, ViewHistory, WrittenSegment } from "@timewell/store-ports";
import { segmentOperations } from "../plan/file-columns.ts";
import { copySegment, createSegmentTable, segmentTable } from "../sql/segment-table.ts";
import type { Database } from "./database.ts";
import { appendValues } from "./fill-tail.ts";
import { partialPath } from "./task-paths.ts";

/** Writes log rows to a new segment, which is there as a whole or not at all. */
export async function writeSegment(
  database: Database,
  task: { readonly path: string; readonly history: ViewHistory; readonly rows: readonly HistoryRow[] },
): Promise<WrittenSegment> {
  const { path, history, rows } = task;
  if (rows.length === 0) {
    throw new FeatureStoreError("INVALID_REQUEST", `Cannot write segment ${path}: it has no rows`);
  }
  await fillTable(database, history, rows);
  const partial = partialPath(path);
  try {
    await database.run(copySegment(history, partial));
    await syncFile(partial);
    const { bytes, sha256 } = await digest(partial);
    await rename(partial, path);
    await syncFile(dirname(path));
    const times = rows.map(({ eventTimeUs }) => eventTimeUs);
    return {
      rows: rows.length,
      bytes,
      sha256,
      eventTimeMinUs: times.reduce((a, b) => (a < b ? a : b)),
      eventTimeMaxUs: times.reduce((a, b) => (a > b ? a : b)),
    };
  } catch (reason) {
    await rm(partial, { force: true });
    throw reason;
  }
}

async function fillTable(
  database: Database,
  history: ViewHistory,
  rows: readonly HistoryRow[],
): Promise<void> {
  await database.run(createSegmentTable(history));
  const appender = await database.appender(segmentTable);
  for (const row of rows) {
    appendValues(appender, history, row);
    appender.appendTimestampTZ(new DuckDBTimestampTZValue(row.eventTimeUs));
    if (row.availableTimeUs === undefined) appender.appendNull();
    else appender.appendTimestampTZ(new DuckDBTimestampTZValue(row.availableTimeUs));
    appender.appendUBigInt(row.order);
    appender.appendInteger(row.partition);
    appender.appendBigInt(row.position);
    appender.appendVarchar(row.deleted ? segmentOperations.delete : segmentOperations.upsert);
    appender.endRow();
  }
  appender.closeSync();
}

/** Also for folders: a renamed file is durable when its folder is. */
async function syncFile(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function digest(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  const stream = createReadStream(path);
  await pipeline(stream, hash);
  return { bytes: stream.bytesRead, sha256: hash.digest("hex") };
}
