import { DuckDBTimestampValue, DuckDBTypeId, type DuckDBType } from "@duckdb/node-api";
import type { FileGroup, SourcePlan } from "../plan/source-plan.ts";
import { fileScan } from "./file-scan.ts";
import type { Parameters } from "./parameters.ts";
import { raiseError } from "./raise-error.ts";
import { readTimeUs, readValue } from "./read-value.ts";
import { quoteIdent } from "./sql-ident.ts";

/** Which rows of a source to read, µs UTC. Undefined is no limit. */
export interface SourceFilter {
  readonly eventTimeFromUs?: bigint | undefined;
  /** Excluded. */
  readonly eventTimeToUs?: bigint | undefined;
  readonly createdFromUs?: bigint | undefined;
  /** Rows without an event time: read them too, so that they can be reported. */
  readonly withoutEventTime: boolean;
}

/**
 * Rows of a source in (file, row number) order: keys `k0…`, features `f0…`, event time `e` and created time `c` in µs,
 * index of the file `x`, number of the row `y`, both from 0.
 */
export function sourceRows(plan: SourcePlan, filter: SourceFilter, parameters: Parameters): string {
  return plan.groups.map((group) => groupRows(plan, group, filter, parameters)).join("\nUNION ALL\n");
}

function groupRows(plan: SourcePlan, group: FileGroup, filter: SourceFilter, parameters: Parameters): string {
  const isCsv = group.format === "csv";
  const read = (prefix: string) => (column: SourcePlan["keys"][number], i: number) =>
    `${readValue(column.column, group.types.get(column.column), column.type, column.dimension, isCsv)} AS ${prefix}${i}`;
  const scan = fileScan(group.format, group.paths, parameters, "text");
  const from = isCsv
    ? `(SELECT *, row_number() OVER () - 1 AS file_row_number, 0 AS file_index FROM ${scan})`
    : scan;
  const columns = [
    ...plan.keys.map(read("k")),
    ...plan.features.map(read("f")),
    `${readTimeUs(plan.eventTimeColumn, group.types.get(plan.eventTimeColumn)!, isCsv)} AS e`,
    `${createdUs(plan, group, isCsv)} AS c`,
    `CAST(file_index AS BIGINT) + ${group.firstFile} AS x`,
    "CAST(file_row_number AS BIGINT) AS y",
  ];
  const conditions = groupConditions(plan, group, filter, parameters);
  const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
  return `SELECT ${columns.join(", ")} FROM ${from}${where}`;
}

function createdUs(plan: SourcePlan, group: FileGroup, isCsv: boolean): string {
  const column = plan.createdTimeColumn;
  if (column === undefined) return "CAST(NULL AS BIGINT)";
  const problem = `Cannot read a source: column ${column} is NULL in a row, expected its created time`;
  const us = readTimeUs(column, group.types.get(column)!, isCsv);
  return `CASE WHEN ${quoteIdent(column)} IS NULL THEN ${raiseError("SOURCE_MISMATCH", problem, "BIGINT")} ELSE ${us} END`;
}

function groupConditions(
  plan: SourcePlan,
  group: FileGroup,
  filter: SourceFilter,
  parameters: Parameters,
): string[] {
  const isCsv = group.format === "csv";
  const bound = (column: string, operator: string, us: bigint): string => {
    const type = group.types.get(column)!;
    if (isCsv) return `${readTimeUs(column, type, isCsv)} ${operator} ${parameters.integer(us)}`;
    return `${comparableTime(column, type)} ${operator} ${instantOf(type, us, parameters)}`;
  };
  const times: string[] = [];
  if (filter.eventTimeFromUs !== undefined)
    times.push(bound(plan.eventTimeColumn, ">=", filter.eventTimeFromUs));
  if (filter.eventTimeToUs !== undefined) times.push(bound(plan.eventTimeColumn, "<", filter.eventTimeToUs));
  const conditions =
    filter.withoutEventTime && times.length > 0
      ? [`(${quoteIdent(plan.eventTimeColumn)} IS NULL OR (${times.join(" AND ")}))`]
      : times;
  if (!filter.withoutEventTime) conditions.push(`${quoteIdent(plan.eventTimeColumn)} IS NOT NULL`);
  const created = plan.createdTimeColumn;
  if (filter.createdFromUs !== undefined && created !== undefined) {
    conditions.push(`(${quoteIdent(created)} IS NULL OR ${bound(created, ">=", filter.createdFromUs)})`);
  }
  return conditions;
}

/** Comparing a column in its own type lets whole row groups be skipped by their statistics. */
function comparableTime(column: string, type: DuckDBType): string {
  const value = quoteIdent(column);
  const isPlain = type.typeId === DuckDBTypeId.TIMESTAMP_TZ || type.typeId === DuckDBTypeId.TIMESTAMP;
  return isPlain ? value : `CAST(${value} AS TIMESTAMP)`;
}

function instantOf(type: DuckDBType, us: bigint, parameters: Parameters): string {
  return type.typeId === DuckDBTypeId.TIMESTAMP_TZ
    ? parameters.instant(us)
    : parameters.naiveInstant(new DuckDBTimestampValue(us));
}
