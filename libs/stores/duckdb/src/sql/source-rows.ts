import { DuckDBTimestampValue, DuckDBTypeId, type DuckDBType } from "@duckdb/node-api";
import type { SourceScan } from "@timewell/store-ports";
import { timeMaxUs, timeMinUs, timeRangeText } from "@timewell/ttl";
import type { FileGroup, SourcePlan } from "../plan/source-plan.ts";
import { fileScan } from "./file-scan.ts";
import type { Parameters } from "./parameters.ts";
import { raiseError } from "./raise-error.ts";
import { checkedTimes, readTimeUs, readValue } from "./read-value.ts";
import { quoteIdent } from "./sql-ident.ts";

/** Which rows of a source to read, µs UTC. Undefined is no limit. */
export interface SourceFilter {
  readonly eventTimeFromUs?: bigint | undefined;
  /** Excluded. */
  readonly eventTimeToUs?: bigint | undefined;
  readonly createdFromUs?: bigint | undefined;
  /** Rows with event time at or after this count whenever they were created. */
  readonly eventTimeNewUs?: bigint | undefined;
  readonly createdUntilUs?: bigint | undefined;
  /**
   * What becomes of a row with an event time or created time that is NULL or no TIMESTAMP can be. True: it is read whatever
   * the limits, so that it can be reported. False: it is left out for its event time, and ends the statement for another time.
   */
  readonly reportUnusable: boolean;
}

/** The filter of a scan. */
export function scanFilter(scan: SourceScan): SourceFilter {
  return {
    eventTimeFromUs: scan.fromUs,
    eventTimeToUs: scan.toUs,
    createdFromUs: scan.createdFromUs,
    eventTimeNewUs: scan.eventTimeNewUs,
    createdUntilUs: scan.createdUntilUs,
    reportUnusable: true,
  };
}

/**
 * Rows of a source in (file, row number) order: keys `k0…`, features `f0…`, event time `e` and created time `c` in µs,
 * index of the file `x`, number of the row `y`, both from 0.
 */
export function sourceRows(plan: SourcePlan, filter: SourceFilter, parameters: Parameters): string {
  return plan.groups.map((group) => groupRows(plan, group, filter, parameters)).join("\nUNION ALL\n");
}

/** Of rows of `sourceRows` with equal keys, event time and created time only the first by file and row. */
export function firstOfEqualRows(rows: string, keyCount: number): string {
  const same = [...Array.from({ length: keyCount }, (_, i) => `k${i}`), "e", "c"].join(", ");
  return `SELECT * FROM (${rows}) QUALIFY row_number() OVER (PARTITION BY ${same} ORDER BY x, y) = 1`;
}

function groupRows(plan: SourcePlan, group: FileGroup, filter: SourceFilter, parameters: Parameters): string {
  const isCsv = group.format === "csv";
  const read = (prefix: string) => (column: SourcePlan["keys"][number], i: number) => {
    const value = readValue(
      column.column,
      group.types.get(column.column),
      column.type,
      column.dimension,
      isCsv,
    );
    const checked = filter.reportUnusable ? value : checkedTimes(value, column.column, column.type);
    return `${checked} AS ${prefix}${i}`;
  };
  const scan = fileScan(group.format, group.paths, parameters, "text", group.bytes);
  const from = isCsv
    ? `(SELECT *, row_number() OVER () - 1 AS file_row_number, 0 AS file_index FROM ${scan})`
    : scan;
  const columns = [
    ...plan.keys.map(read("k")),
    ...plan.features.map(read("f")),
    `${readTimeUs(plan.eventTimeColumn, group.types.get(plan.eventTimeColumn)!, isCsv)} AS e`,
    `${createdUs(plan, group, filter)} AS c`,
    `CAST(file_index AS BIGINT) + ${group.firstFile} AS x`,
    "CAST(file_row_number AS BIGINT) AS y",
  ];
  const conditions = groupConditions(plan, group, filter, parameters);
  const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
  return `SELECT ${columns.join(", ")} FROM ${from}${where}`;
}

function createdUs(plan: SourcePlan, group: FileGroup, filter: SourceFilter): string {
  const column = plan.createdTimeColumn;
  if (column === undefined) return "CAST(NULL AS BIGINT)";
  const us = readTimeUs(column, group.types.get(column)!, group.format === "csv");
  if (filter.reportUnusable) return us;
  const problem = `Cannot read a source: column ${column} is NULL or no time of ${timeRangeText} in a row, expected its created time`;
  return `CASE WHEN ${us} BETWEEN ${timeMinUs} AND ${timeMaxUs} THEN ${us} ELSE ${raiseError("SOURCE_MISMATCH", problem, "BIGINT")} END`;
}

function groupConditions(
  plan: SourcePlan,
  group: FileGroup,
  filter: SourceFilter,
  parameters: Parameters,
): string[] {
  const happened = timeTests(group, plan.eventTimeColumn, parameters);
  const limits = [
    happened.atOrAfter(later(filter.eventTimeFromUs, timeMinUs)),
    filter.eventTimeToUs === undefined
      ? happened.atOrBefore(timeMaxUs)
      : happened.before(filter.eventTimeToUs),
  ];
  const conditions = [orUnusable(happened, limits, filter)];
  const column = plan.createdTimeColumn;
  if (column === undefined) return conditions;
  const created = timeTests(group, column, parameters);
  const { createdFromUs, eventTimeNewUs, createdUntilUs } = filter;
  const createdLimits = createdUntilUs === undefined ? [] : [created.atOrBefore(createdUntilUs)];
  if (createdFromUs !== undefined) {
    const isNew = eventTimeNewUs === undefined ? [] : [happened.atOrAfter(eventTimeNewUs)];
    createdLimits.push(`(${[created.atOrAfter(createdFromUs), ...isNew].join(" OR ")})`);
  }
  if (createdLimits.length > 0) conditions.push(orUnusable(created, createdLimits, filter));
  return conditions;
}

function orUnusable(time: TimeTests, limits: readonly string[], { reportUnusable }: SourceFilter): string {
  const all = limits.join(" AND ");
  return reportUnusable ? `(${time.isUnusable()} OR (${all}))` : all;
}

/** Comparisons of a time column; NULL where the column is. */
interface TimeTests {
  readonly atOrAfter: (us: bigint) => string;
  readonly atOrBefore: (us: bigint) => string;
  readonly before: (us: bigint) => string;
  /** True where the column is NULL or no TIMESTAMP can be so. */
  readonly isUnusable: () => string;
}

function timeTests(group: FileGroup, column: string, parameters: Parameters): TimeTests {
  const type = group.types.get(column)!;
  const isCsv = group.format === "csv";
  const time = isCsv ? readTimeUs(column, type, isCsv) : comparableTime(column, type);
  const test = (operator: string) => (us: bigint) =>
    `${time} ${operator} ${isCsv ? parameters.integer(us) : instantOf(type, us, parameters)}`;
  const isUnusable = () => `${time} IS NULL OR ${test("<")(timeMinUs)} OR ${test(">")(timeMaxUs)}`;
  return { atOrAfter: test(">="), atOrBefore: test("<="), before: test("<"), isUnusable };
}

function later(us: bigint | undefined, leastUs: bigint): bigint {
  return us === undefined || us < leastUs ? leastUs : us;
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
