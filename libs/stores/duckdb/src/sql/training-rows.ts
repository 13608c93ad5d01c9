import type { TrainingQuery, ViewJoin } from "../plan/training-query.ts";
import { foundTable, viewHistory } from "./as-of-rows.ts";
import { labelKey, labelRows } from "./label-rows.ts";
import type { Parameters } from "./parameters.ts";
import { quoteIdent } from "./sql-ident.ts";

/** Codes of the status columns, in the order of the codes. */
export const statusCodes = ["PRESENT", "EXPIRED", "NOT_FOUND"] as const;

/**
 * A training set in its order, once the tables of what the labels found are there. Columns: those of the labels, then for each view its status
 * code (UTINYINT) and its features, NULL where it is not PRESENT, then the instants that are returned, in µs. `labelColumns` are
 * expressions over the columns `c0…` of the labels.
 */
export function trainingRows(
  query: TrainingQuery,
  labelColumns: readonly string[],
  parameters: Parameters,
): string {
  const statuses = query.views.flatMap((view, v) =>
    view.windows === undefined ? [] : [`${windowsStatus(view)} AS v${v}s`],
  );
  const labels = labelRows(query.labels, { ...query, extra: statuses }, parameters);
  const columns = [
    ...labelColumns,
    ...query.views.flatMap((view, v) => [
      view.windows === undefined ? `w${v}.s AS v${v}s` : `v${v}s`,
      ...(view.windows ?? view.history).features.map((_, f) => `f${v}.f${f} AS v${v}f${f}`),
    ]),
    ...query.returned.map((instant) => `t${instant}`),
  ];
  const joins = query.views.map((view, v) => {
    if (view.windows !== undefined)
      return `LEFT JOIN ${quoteIdent(view.windows.table)} f${v} ON l.n = f${v}.n`;
    const names = ["z", ...view.history.features.map((_, f) => `f${f}`)];
    const found = `JOIN ${foundTable(v)} w${v} ON l.n = w${v}.rowid + ${query.range?.from ?? 0}`;
    return `${found} LEFT JOIN (SELECT ${names.join(", ")} FROM (${viewHistory(query, view, v, parameters)})) f${v} ON w${v}.z = f${v}.z`;
  });
  return `SELECT ${columns.join(", ")} FROM (${labels}) l ${joins.join("\n")} ORDER BY l.n`;
}

/** Windows are never absent, except for a label that names no entity. */
function windowsStatus(view: ViewJoin): string {
  const missing =
    view.keys.map(({ column, type }) => `${labelKey(column, type)} IS NULL`).join(" OR ") || "false";
  return `CAST(CASE WHEN ${missing} THEN 2 ELSE 0 END AS UTINYINT)`;
}
