import type { SourcePlan } from "../plan/source-plan.ts";
import type { HistoryScan, ViewJoin } from "../plan/training-query.ts";
import type { Parameters } from "./parameters.ts";
import { segmentRows, type TimeRange } from "./segment-rows.ts";
import { sourceRows } from "./source-rows.ts";
import { quoteIdent } from "./sql-ident.ts";
import { sqlType } from "./sql-type.ts";

/**
 * The history of a view: keys `k0…`, event time `e` and available time `a` in µs, order `r`, tombstone `d`, number
 * of the row `z`, features `f0…`. Of rows with equal keys, event time, order and available time the one with the least number counts.
 */
export function historyRows(join: ViewJoin, range: TimeRange, parameters: Parameters): string {
  const { history } = join;
  if (history.source === undefined) return logRows(history, range, parameters);
  const isLogged = hasLogRows(history);
  const source = sourcePart(history.source, range, parameters);
  return isLogged ? `${source}\nUNION ALL\n${logRows(history, range, parameters)}` : source;
}

/** True where there are segments, or rows of the log that no segment holds. */
export function hasLogRows({ segments, later, tailTable }: HistoryScan): boolean {
  return segments.length > 0 || (later?.groups.length ?? 0) > 0 || tailTable !== undefined;
}

/** The rows of segments and of the log, with the columns of `historyRows`. */
export function logRows(history: HistoryScan, range: TimeRange, parameters: Parameters): string {
  const parts = [
    ...(history.segments.length === 0 && history.later === undefined
      ? []
      : [segmentPart(history, range, parameters)]),
    ...(history.tailTable === undefined ? [] : [tailPart(history, history.tailTable, range, parameters)]),
  ];
  return parts.length === 0 ? emptyPart(history) : parts.join("\nUNION ALL\n");
}

function sourcePart(plan: SourcePlan, range: TimeRange, parameters: Parameters): string {
  const filter = { eventTimeFromUs: range.fromUs, eventTimeToUs: range.toUs + 1n, reportUnusable: false };
  return stampedSource(plan, sourceRows(plan, filter, parameters), parameters);
}

/** Rows of `sourceRows` with the columns of `historyRows`. */
export function stampedSource(plan: SourcePlan, rows: string, parameters: Parameters): string {
  const isCreated = plan.createdTimeColumn !== undefined;
  // Of equal (event time, created time) the first row wins, as in a store where an equal pair is a no-op.
  const order = isCreated ? "CAST(c + 4611686018427387904 AS UBIGINT)" : `CAST(${place} AS UBIGINT)`;
  const delayUs = plan.availabilityDelayUs;
  const available = isCreated
    ? "greatest(c, e)"
    : delayUs === undefined
      ? "CAST(NULL AS BIGINT)"
      : `e + ${parameters.integer(delayUs)}`;
  return `SELECT ${names(plan)}, e, ${available} AS a, ${order} AS r, false AS d, ${place} AS z FROM (${rows}) WHERE e IS NOT NULL`;
}

function segmentPart(history: HistoryScan, range: TimeRange, parameters: Parameters): string {
  const z = `${place} + ${segmentsStart}`;
  return `SELECT ${names(history)}, e, a, r, d, ${z} AS z FROM (${segmentRows(history, range, parameters)})`;
}

function tailPart(history: HistoryScan, table: string, range: TimeRange, parameters: Parameters): string {
  const z = `rowid + ${tailStart}`;
  return `SELECT ${names(history)}, e, a, r, d, ${z} AS z FROM ${quoteIdent(table)} WHERE e <= ${parameters.integer(range.toUs)}`;
}

function emptyPart(history: HistoryScan): string {
  const keys = history.keys.map(({ type }, i) => `CAST(NULL AS ${sqlType(type, 0)}) AS k${i}`);
  const features = history.features.map(
    ({ type, dimension }, i) => `CAST(NULL AS ${sqlType(type, dimension)}) AS f${i}`,
  );
  const stamps =
    "CAST(0 AS BIGINT) AS e, CAST(0 AS BIGINT) AS a, CAST(0 AS UBIGINT) AS r, false AS d, CAST(0 AS BIGINT) AS z";
  return `SELECT ${[...keys, ...features, stamps].join(", ")} WHERE false`;
}

/** Number of a row in its part: index of the file `x`, number in the file `y`. */
const place = "x * 1099511627776 + y";

/** Where the numbers of the rows of segments begin, and those of the tail. */
const segmentsStart = 2n ** 61n;
const tailStart = 2n ** 62n;

/** Names of keys and features; a SELECT of these puts the parts of a union into the same order. */
function names(history: Pick<HistoryScan, "keys" | "features">): string {
  return [...history.keys.map((_, i) => `k${i}`), ...history.features.map((_, i) => `f${i}`)].join(", ");
}
