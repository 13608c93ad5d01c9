import type { PositionRange } from "@timewell/store-ports";
import { segmentColumns, segmentOperations } from "../plan/file-columns.ts";
import type { FileGroup } from "../plan/source-plan.ts";
import type { HistoryScan, LaterScan } from "../plan/training-query.ts";
import { fileScan } from "./file-scan.ts";
import type { Parameters } from "./parameters.ts";
import { quoteText } from "./quote-text.ts";
import { readTimeUs, readValue } from "./read-value.ts";
import { quoteIdent } from "./sql-ident.ts";

/** Event times, µs UTC, that can matter: start included, undefined for no start; end included. */
export interface TimeRange {
  readonly fromUs: bigint | undefined;
  readonly toUs: bigint;
}

/**
 * Rows of all segments of a history: keys `k0…`, features `f0…`, `e`, `a`, `r`, `d` as in `history-rows.ts`, index of the
 * file `x`, number of the row `y`, both from 0; those of later segments as of the snapshot. Without a range: all rows that have an
 * available time.
 */
export function segmentRows(
  history: HistoryScan,
  range: TimeRange | undefined,
  parameters: Parameters,
): string {
  const { segments, later } = history;
  let files = 0;
  const rows = (group: FileGroup, asOf: LaterScan | undefined): string => {
    const firstFile = files;
    files += group.paths.length;
    return groupRows(history, { ...group, firstFile }, asOf, range, parameters);
  };
  return [
    ...segments.map((group) => rows(group, undefined)),
    ...(later?.groups ?? []).map((group) => rows(group, later)),
  ].join("\nUNION ALL\n");
}

function groupRows(
  history: HistoryScan,
  group: FileGroup,
  later: LaterScan | undefined,
  range: TimeRange | undefined,
  parameters: Parameters,
): string {
  const { eventTime, availableTime, order, operation } = segmentColumns;
  const read = (prefix: string) => (value: HistoryScan["keys"][number], i: number) =>
    `${readValue(value.column, group.types.get(value.column), value.type, value.dimension, false)} AS ${prefix}${i}`;
  const stamp = (name: string): string => readTimeUs(name, group.types.get(name)!, false);
  const unavailable = later?.unavailable ?? [];
  const available = stamp(availableTime);
  const columns = [
    ...history.keys.map(read("k")),
    ...history.features.map(read("f")),
    `${stamp(eventTime)} AS e`,
    `${unavailable.length === 0 ? available : `CASE WHEN ${isUnavailable} THEN NULL ELSE ${available} END`} AS a`,
    `${quoteIdent(order)} AS r`,
    `${quoteIdent(operation)} = ${quoteText(segmentOperations.delete)} AS d`,
    `CAST(file_index AS BIGINT) + ${group.firstFile} AS x`,
    "CAST(file_row_number AS BIGINT) AS y",
  ];
  const scan = fileScan("parquet", group.paths, parameters, "sniff");
  const until = later === undefined ? "" : ` AND ${position} <= ${lastPosition(later)}`;
  const rows = `${scan} WHERE ${condition(range, parameters)}${until}`;
  if (unavailable.length === 0) return `SELECT ${columns.join(", ")} FROM ${rows}`;
  return `SELECT ${columns.join(", ")} FROM (SELECT *, file_index, file_row_number FROM ${rows}) LEFT JOIN ${rangeTable(unavailable)}
ON ${partition} = __in AND ${position} >= __first AND ${position} <= __last`;
}

const partition = quoteIdent(segmentColumns.partition);
const position = quoteIdent(segmentColumns.position);

/** Ranges do not overlap: a row is in one of them or in none. */
const isUnavailable = "__in IS NOT NULL";

/** The last position that counts in the partition of a row. */
function lastPosition({ positions }: LaterScan): string {
  return `CAST([${positions.join(", ")}] AS BIGINT[])[${partition} + 1]`;
}

function rangeTable(ranges: readonly PositionRange[]): string {
  const rows = ranges.map(({ partition, first, last }) => `(${partition}, ${first}, ${last})`);
  return `(SELECT CAST(p AS INTEGER) AS __in, CAST(f AS BIGINT) AS __first, CAST(l AS BIGINT) AS __last
FROM (VALUES ${rows.join(", ")}) AS ranges (p, f, l))`;
}

function condition(range: TimeRange | undefined, parameters: Parameters): string {
  if (range === undefined) return `${quoteIdent(segmentColumns.availableTime)} IS NOT NULL`;
  const time = quoteIdent(segmentColumns.eventTime);
  const until = `${time} <= ${parameters.instant(range.toUs)}`;
  return range.fromUs === undefined ? until : `${until} AND ${time} >= ${parameters.instant(range.fromUs)}`;
}
