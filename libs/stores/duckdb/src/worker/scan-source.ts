import { FeatureStoreError } from "@timewell/errors";
import { orderOfCreated, orderOfRun } from "@timewell/row";
import type { SourceScan } from "@timewell/store-ports";
import { isTime, timeRangeText } from "@timewell/ttl";
import { Parameters } from "../sql/parameters.ts";
import { firstOfEqualRows, scanFilter, sourceRows } from "../sql/source-rows.ts";
import { packEncodedRows } from "../wire/encoded-rows-code.ts";
import type { FrameWriter } from "../wire/frame-writer.ts";
import type { Database } from "./database.ts";
import { planSource } from "./plan-source.ts";
import { RowEncoder } from "./row-encoder.ts";
import { requireSource } from "./require-source.ts";

/** Reads rows of a source in (file, row number) order, encodes and sends them. Returns how many. */
export async function scanSource(
  database: Database,
  scan: SourceScan,
  frames: FrameWriter,
): Promise<{ rows: number }> {
  const source = requireSource(scan.history);
  const plan = await planSource(database, scan.history, source);
  const parameters = new Parameters();
  const rowsOfFiles = sourceRows(plan, scanFilter(scan), parameters);
  const hasTwins = scan.firstOfEqual === true && plan.createdTimeColumn !== undefined;
  const sql = hasTwins ? firstOfEqualRows(rowsOfFiles, plan.keys.length) : rowsOfFiles;
  const result = await database.stream(sql, parameters);
  const encoder = new RowEncoder(scan.history, result.columnTypes());
  const stampsAt = scan.history.keys.length + scan.history.features.length;
  let rows = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null) return { rows };
    const read = encoder.readers(chunk);
    const [eventTimes, createdTimes, files, numbers] = read.slice(stampsAt) as [
      ReadStamp,
      ReadStamp,
      ReadStamp,
      ReadStamp,
    ];
    const place = (row: number): string => {
      const path = source.paths[Number(files(row))]!;
      return `row ${numbers(row)! + 1n} of ${path}, after ${rows + row} rows that were read`;
    };
    const batch = encoder.encode(chunk.rowCount, read, place, (row) => {
      const eventTimeUs = usable(eventTimes(row), place(row), "event time", plan.eventTimeColumn);
      const createdUs =
        plan.createdTimeColumn === undefined
          ? undefined
          : usable(createdTimes(row), place(row), "created time", plan.createdTimeColumn);
      return {
        deleted: false,
        eventTimeUs,
        order: createdUs === undefined ? orderOfRun(scan.run, rows + row) : orderOfCreated(createdUs),
        availableTimeUs: availableTime(eventTimeUs, createdUs, plan.availabilityDelayUs),
        createdUs,
      };
    });
    rows += chunk.rowCount;
    await frames.write("rows", packEncodedRows(batch));
  }
}

type ReadStamp = (row: number) => bigint | null;

/** Created time, else event time and delay, else not recorded; never before the event time. */
function availableTime(
  eventTimeUs: bigint,
  createdUs: bigint | undefined,
  delayUs: bigint | undefined,
): bigint | undefined {
  if (createdUs !== undefined) return createdUs > eventTimeUs ? createdUs : eventTimeUs;
  return delayUs === undefined ? undefined : eventTimeUs + delayUs;
}

function usable(us: bigint | null, place: string, what: string, column: string): bigint {
  if (us !== null && isTime(us)) return us;
  const got = us === null ? "NULL or infinite" : `${us} µs`;
  throw new FeatureStoreError(
    "SOURCE_MISMATCH",
    `Cannot read ${place}: ${what} column ${column} is ${got}, expected a time of ${timeRangeText}`,
    { field: column, hint: "Mend or remove the row." },
  );
}
