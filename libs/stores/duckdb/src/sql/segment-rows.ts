import { segmentColumns, segmentOperations } from "../plan/file-columns.ts";
import type { FileGroup } from "../plan/source-plan.ts";
import type { HistoryScan } from "../plan/training-query.ts";
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
 * Rows of all segments of a history: keys `k0…`, features `f0…`, `e`, `a`, `r`, `s`, `d` as in `history-rows.ts`. Without a
 * range: all rows that have an available time.
 */
export function segmentRows(
  history: HistoryScan,
  range: TimeRange | undefined,
  parameters: Parameters,
): string {
  return history.segments.map((group) => groupRows(history, group, range, parameters)).join("\nUNION ALL\n");
}

function groupRows(
  history: HistoryScan,
  group: FileGroup,
  range: TimeRange | undefined,
  parameters: Parameters,
): string {
  const { eventTime, availableTime, order, operation } = segmentColumns;
  const read = (prefix: string) => (value: HistoryScan["keys"][number], i: number) =>
    `${readValue(value.column, group.types.get(value.column), value.type, value.dimension, false)} AS ${prefix}${i}`;
  const stamp = (name: string): string => readTimeUs(name, group.types.get(name)!, false);
  const columns = [
    ...history.keys.map(read("k")),
    ...history.features.map(read("f")),
    `${stamp(eventTime)} AS e`,
    `${stamp(availableTime)} AS a`,
    `${quoteIdent(order)} AS r`,
    "CAST(0 AS BIGINT) AS s",
    `${quoteIdent(operation)} = ${quoteText(segmentOperations.delete)} AS d`,
  ];
  const scan = fileScan("parquet", group.paths, parameters, "sniff");
  return `SELECT ${columns.join(", ")} FROM ${scan} WHERE ${condition(range, parameters)}`;
}

function condition(range: TimeRange | undefined, parameters: Parameters): string {
  if (range === undefined) return `${quoteIdent(segmentColumns.availableTime)} IS NOT NULL`;
  const time = quoteIdent(segmentColumns.eventTime);
  const until = `${time} <= ${parameters.instant(range.toUs)}`;
  return range.fromUs === undefined ? until : `${until} AND ${time} >= ${parameters.instant(range.fromUs)}`;
}
