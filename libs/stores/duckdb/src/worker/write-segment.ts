import { DuckDBTimestampTZValue } from "@duckdb/node-api";
import { FeatureStoreError } from "@timewell/errors";
import type { HistoryRow, ViewHistory, WrittenSegment } from "@timewell/store-ports";
import { segmentOperations } from "../plan/file-columns.ts";
import { copySegment, createSegmentTable, segmentTable } from "../sql/segment-table.ts";
import type { Database } from "./database.ts";
import { appendValues } from "./fill-tail.ts";
import { publishFile } from "./publish-file.ts";

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
  const { bytes, sha256 } = await publishFile(path, (partial) =>
    database.run(copySegment(history, segmentTable, partial)),
  );
  const times = rows.map(({ eventTimeUs }) => eventTimeUs);
  return {
    rows: rows.length,
    bytes,
    sha256,
    eventTimeMinUs: times.reduce((a, b) => (a < b ? a : b)),
    eventTimeMaxUs: times.reduce((a, b) => (a > b ? a : b)),
  };
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
