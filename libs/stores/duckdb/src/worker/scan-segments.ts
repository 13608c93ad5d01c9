import type { ViewHistory } from "@timewell/store-ports";
import { Parameters } from "../sql/parameters.ts";
import { segmentRows } from "../sql/segment-rows.ts";
import { packEncodedRows } from "../wire/encoded-rows-code.ts";
import type { FrameWriter } from "../wire/frame-writer.ts";
import type { Database } from "./database.ts";
import { planHistory } from "./plan-history.ts";
import { RowEncoder } from "./row-encoder.ts";

/** Reads the stamped rows of segments, encodes and sends them. Returns how many. */
export async function scanSegments(
  database: Database,
  history: ViewHistory,
  frames: FrameWriter,
): Promise<{ rows: number }> {
  const plan = await planHistory(
    database,
    { ...history, source: undefined, laterSegments: undefined, tail: [] },
    "tail",
  );
  if (plan.segments.length === 0) return { rows: 0 };
  const parameters = new Parameters();
  const result = await database.stream(segmentRows(plan, undefined, parameters), parameters);
  const encoder = new RowEncoder(history, result.columnTypes());
  const stampsAt = history.keys.length + history.features.length;
  let rows = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null) return { rows };
    const readers = encoder.readers(chunk);
    const read = (stamp: number, row: number) => readers[stampsAt + stamp]!(row);
    const place = (row: number): string => `row ${rows + row + 1} of the segments of view ${history.viewId}`;
    const batch = encoder.encode(chunk.rowCount, readers, place, (row) => ({
      eventTimeUs: read(0, row) as bigint,
      availableTimeUs: read(1, row) as bigint,
      order: read(2, row) as bigint,
      deleted: read(3, row) as boolean,
      createdUs: undefined,
    }));
    rows += chunk.rowCount;
    await frames.write("rows", packEncodedRows(batch));
  }
}
