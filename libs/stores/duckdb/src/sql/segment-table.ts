import type { ViewHistory } from "@timewell/store-ports";
import { segmentColumns } from "../plan/file-columns.ts";
import { quoteText } from "./quote-text.ts";
import { quoteIdent } from "./sql-ident.ts";
import { sqlType } from "./sql-type.ts";

/** Table that rows of a segment are gathered in. */
export const segmentTable = "segment";

/** Makes the table: keys, features, stamps. */
export function createSegmentTable(history: ViewHistory): string {
  const columns = [
    ...history.keys.map(({ name, type }) => `${quoteIdent(name)} ${sqlType(type, 0)}`),
    ...history.features.map(({ name, type, dimension }) => `${quoteIdent(name)} ${sqlType(type, dimension)}`),
    `${quoteIdent(segmentColumns.eventTime)} TIMESTAMPTZ`,
    `${quoteIdent(segmentColumns.availableTime)} TIMESTAMPTZ`,
    `${quoteIdent(segmentColumns.order)} UBIGINT`,
    `${quoteIdent(segmentColumns.partition)} INTEGER`,
    `${quoteIdent(segmentColumns.position)} BIGINT`,
    `${quoteIdent(segmentColumns.operation)} VARCHAR`,
  ];
  return `CREATE TEMP TABLE ${segmentTable} (${columns.join(", ")})`;
}

/** How segments are written. DuckDB's dictionaries hold one zero, so that -0 would become 0: there are none. */
export const segmentFormat = "FORMAT parquet, COMPRESSION zstd, DICTIONARY_SIZE_LIMIT 0";

/** Writes rows to a Parquet file, sorted by keys and time; `rows` is what FROM takes. */
export function copySegment(history: ViewHistory, rows: string, path: string): string {
  const { eventTime, order } = segmentColumns;
  const sort = [...history.keys.map(({ name }) => name), eventTime, order].map(quoteIdent);
  return `COPY (SELECT * FROM ${rows} ORDER BY ${sort.join(", ")}) TO ${quoteText(path)} (${segmentFormat})`;
}
