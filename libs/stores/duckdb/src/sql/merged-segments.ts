import type { ViewHistory } from "@timewell/store-ports";
import { segmentColumns } from "../plan/file-columns.ts";
import type { FileGroup } from "../plan/source-plan.ts";
import { quoteText } from "./quote-text.ts";
import { quoteIdent } from "./sql-ident.ts";
import { sqlType } from "./sql-type.ts";

const { availableTime, partition, position } = segmentColumns;

/** Rows of segments under the columns of their view: what a file has no column for is NULL. */
export function mergedSegments(history: ViewHistory, groups: readonly FileGroup[]): string {
  const values = [
    ...history.keys.map(({ name, type }) => ({ name, type: sqlType(type, 0) })),
    ...history.features.map(({ name, type, dimension }) => ({ name, type: sqlType(type, dimension) })),
  ];
  const rows = groups.map(({ paths, types }) => {
    const columns = [
      ...values.map(({ name, type }) => {
        const value = types.has(name) ? quoteIdent(name) : "NULL";
        return `CAST(${value} AS ${type}) AS ${quoteIdent(name)}`;
      }),
      ...Object.values(segmentColumns).map(quoteIdent),
    ];
    const files = paths.map(quoteText).join(", ");
    return `SELECT ${columns.join(", ")} FROM read_parquet([${files}], hive_partitioning = false)`;
  });
  return `(${rows.join(" UNION ALL ")})`;
}

/** How many rows have a partition and a position that another row has, too. */
export function countCopies(rows: string): string {
  const place = `(${quoteIdent(partition)}, ${quoteIdent(position)})`;
  return `SELECT count(*) - count(DISTINCT ${place}) FROM ${rows}`;
}

/** One row of each partition and position, with a stamp where one has it. */
export function withoutCopies(rows: string): string {
  const place = [partition, position].map(quoteIdent).join(", ");
  return `(SELECT * FROM ${rows} QUALIFY row_number() OVER (PARTITION BY ${place} ORDER BY ${quoteIdent(availableTime)} NULLS LAST) = 1)`;
}

/** Rows of a file, its least and its greatest event time in µs. */
export function segmentBounds(path: string): string {
  const time = quoteIdent(segmentColumns.eventTime);
  return `SELECT count(*), epoch_us(min(${time})), epoch_us(max(${time})) FROM read_parquet(${quoteText(path)}, hive_partitioning = false)`;
}
