import type { TrainingQuery, ViewJoin } from "../plan/training-query.ts";
import { historyRows, writtenRows } from "./history-rows.ts";
import { labelKey, labelRows } from "./label-rows.ts";
import type { Parameters } from "./parameters.ts";
import type { TimeRange } from "./segment-rows.ts";

/** Codes of the status columns, in the order of the codes. */
export const statusCodes = ["PRESENT", "EXPIRED", "NOT_FOUND"] as const;

/**
 * A training set in its order. Columns: those of the labels, then for each view its status code (UTINYINT) and its features (only those of PRESENT rows count), then the
 * instants that are returned, in µs. `labelColumns` are expressions over the columns `c0…` of the labels.
 */
export function trainingRows(
  query: TrainingQuery,
  labelColumns: readonly string[],
  parameters: Parameters,
): string {
  const keys = query.views.flatMap((view, v) =>
    view.keys.map(({ column, type }, k) => `${labelKey(column, type)} AS v${v}k${k}`),
  );
  const labels = labelRows(query.labels, { ...query, extra: keys }, parameters);
  const histories = query.views.map((view, v) => `h${v} AS (${history(query, view, parameters)})`);
  const inner = [
    "l.n AS n",
    ...query.returned.map((instant) => `l.t${instant} AS t${instant}`),
    ...query.labels.columns.map((_, i) => `l.c${i} AS c${i}`),
    ...query.views.flatMap((view, v) => [
      `${status(view, v, parameters)} AS v${v}s`,
      ...view.history.features.map((_, f) => `h${v}.f${f} AS v${v}f${f}`),
    ]),
  ];
  const joins = query.views.map((view, v) => `ASOF LEFT JOIN h${v} ON ${conditions(view, v)}`);
  const outer = [
    ...labelColumns,
    ...query.views.flatMap(outputs),
    ...query.returned.map((instant) => `t${instant}`),
  ];
  return `WITH ${[`l AS (${labels})`, ...histories].join(",\n")}
SELECT ${outer.join(", ")} FROM (SELECT ${inner.join(", ")} FROM l ${joins.join("\n")}) ORDER BY n`;
}

function history(query: TrainingQuery, view: ViewJoin, parameters: Parameters): string {
  const { eventTimeMinUs, eventTimeMaxUs } = query;
  const range: TimeRange = {
    fromUs: view.forgetAfterUs === 0n ? undefined : eventTimeMinUs - view.forgetAfterUs,
    toUs: eventTimeMaxUs,
  };
  const rows = historyRows(view, range, parameters);
  return view.mode === "AVAILABLE" ? writtenRows(rows, view.keys.length, eventTimeMaxUs, parameters) : rows;
}

/** Exactly one inequality: an as-of join. Ties of the event time go by order, then by place. */
function conditions(view: ViewJoin, v: number): string {
  const keys = view.keys.map((_, k) => `l.v${v}k${k} = h${v}.k${k}`);
  const instant =
    view.mode === "AVAILABLE"
      ? `l.t${view.instant} >= h${v}.a`
      : `row(l.t${view.instant}, CAST(18446744073709551615 AS UBIGINT), CAST(9223372036854775807 AS BIGINT)) >= row(h${v}.e, h${v}.r, h${v}.s)`;
  return [...keys, instant].join(" AND ");
}

/** Tombstone, then forgetting, then ttl: as `rowStatus` of @timewell/ttl. */
function status(view: ViewJoin, v: number, parameters: Parameters): string {
  const age = `l.t${view.instant} - h${v}.e`;
  const forgotten = view.forgetAfterUs === 0n ? "" : ` OR ${age} > ${parameters.integer(view.forgetAfterUs)}`;
  const expired = view.ttlUs === 0n ? "" : ` WHEN ${age} > ${parameters.integer(view.ttlUs)} THEN 1`;
  return `CAST(CASE WHEN h${v}.e IS NULL OR h${v}.d${forgotten} THEN 2${expired} ELSE 0 END AS UTINYINT)`;
}

/** Values that do not count are withheld where batches are made, by the status before them. */
function outputs(view: ViewJoin, v: number): string[] {
  return [`v${v}s`, ...view.history.features.map((_, f) => `v${v}f${f}`)];
}
