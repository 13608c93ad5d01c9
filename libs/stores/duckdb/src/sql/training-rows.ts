import { DuckDBTypeId } from "@duckdb/node-api";
import type { LabelScan, TrainingQuery, ViewJoin } from "../plan/training-query.ts";
import { historyRows, writtenRows } from "./history-rows.ts";
import { labelKey, labelRows } from "./label-rows.ts";
import type { Parameters } from "./parameters.ts";
import type { TimeRange } from "./segment-rows.ts";
import { quoteIdent } from "./sql-ident.ts";

/** Codes of the status columns, in the order of the codes. */
export const statusCodes = ["PRESENT", "EXPIRED", "NOT_FOUND"] as const;

const nestedTypes: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.LIST,
  DuckDBTypeId.ARRAY,
  DuckDBTypeId.STRUCT,
  DuckDBTypeId.MAP,
]);

/**
 * A training set in its order. Columns: those of the labels, then for each view its status code (UTINYINT) and its features, NULL where
 * it is not PRESENT, then the instants that are returned, in µs. `labelColumns` are expressions over the columns `c0…` of the labels.
 * Rows are found by keys and times alone, and the features of those that are found are fetched last: few bytes are sorted.
 */
export function trainingRows(
  query: TrainingQuery,
  labelColumns: readonly string[],
  parameters: Parameters,
): string {
  const keys = query.views.flatMap((view, v) =>
    view.keys.map(({ column, type }, k) => `${labelKey(column, type)} AS v${v}k${k}`),
  );
  const tables = [
    `l AS (${labelRows(query.labels, { ...query, extra: keys }, parameters)})`,
    ...query.views.flatMap((view, v) =>
      view.windows === undefined ? [`h${v} AS ${history(query, view, parameters)}`] : [],
    ),
    `m AS ${matches(query, parameters)}`,
    ...query.views.flatMap((view, v) => (hasWinners(view) ? [`w${v} AS (${winners(view, v)})`] : [])),
    `g AS (${judged(query, parameters)})`,
  ];
  const outer = [
    ...labelColumns,
    ...query.views.flatMap((view, v) => [
      `v${v}s`,
      ...(view.windows ?? view.history).features.map((_, f) => `f${v}.f${f} AS v${v}f${f}`),
    ]),
    ...query.returned.map((instant) => `t${instant}`),
  ];
  const features = query.views.map((view, v) => {
    if (view.windows !== undefined)
      return `LEFT JOIN ${quoteIdent(view.windows.table)} f${v} ON g.n = f${v}.n`;
    const names = ["z", ...view.history.features.map((_, f) => `f${f}`)];
    return `LEFT JOIN (SELECT ${names.join(", ")} FROM h${v}) f${v} ON g.v${v}z = f${v}.z`;
  });
  return `WITH ${tables.join(",\n")}\nSELECT ${outer.join(", ")} FROM g ${features.join("\n")} ORDER BY g.n`;
}

/** Read once for the times, once for ties and once for the features of the rows that won; a CSV file only once. */
function history(query: TrainingQuery, view: ViewJoin, parameters: Parameters): string {
  const { eventTimeMinUs, eventTimeMaxUs } = query;
  const range: TimeRange = {
    fromUs: view.forgetAfterUs === 0n ? undefined : eventTimeMinUs - view.forgetAfterUs,
    toUs: eventTimeMaxUs,
  };
  const isCsv = view.history.source?.groups.some(({ format }) => format === "csv") ?? false;
  return `${isCsv ? "" : "NOT "}MATERIALIZED (${historyRows(view, range, parameters)})`;
}

/**
 * Each label with the time of its row, `v…e`, and in AVAILABLE mode with the row itself: exactly one inequality, an as-of join, which
 * sorts nothing but keys and times.
 */
function matches({ labels, views, eventTimeMaxUs }: TrainingQuery, parameters: Parameters): string {
  const found = views.flatMap((view, v) => {
    if (view.windows !== undefined) return [];
    return (hasWinners(view) ? ["e"] : ["e", "z", "d"]).map((name) => `a${v}.${name} AS v${v}${name}`);
  });
  const joins = views.map((view, v) => {
    if (view.windows !== undefined) return "";
    const keys = keyNames(view);
    const instant = view.mode === "AVAILABLE" ? "a" : "e";
    const rows =
      view.mode === "AVAILABLE"
        ? writtenRows(
            `SELECT ${[...keys, "e", "a", "r", "s", "z", "d"].join(", ")} FROM h${v}`,
            keys.length,
            eventTimeMaxUs,
            parameters,
          )
        : `SELECT ${[...keys, "e"].join(", ")} FROM h${v} WHERE r IS NOT NULL`;
    const on = [...sameKeys(view, v, "l", `a${v}`), `l.t${view.instant} >= a${v}.${instant}`];
    return `ASOF LEFT JOIN (${rows}) a${v} ON ${on.join(" AND ")}`;
  });
  const nested = nestedColumns(labels);
  const carried = nested.length === 0 ? "l.*" : `l.* EXCLUDE (${nested.join(", ")})`;
  const isUsedTwice = views.some(hasWinners);
  return `${isUsedTwice ? "" : "NOT "}MATERIALIZED (SELECT ${[carried, ...found].join(", ")} FROM l ${joins.join("\n")})`;
}

/** Of the rows of one key and time the one that counts, for those that a label has found: ties go by order, then by place. */
function winners(view: ViewJoin, v: number): string {
  const same = [...keyNames(view), "e"].join(", ");
  const on = [...sameKeys(view, v, "m", "h"), `h.e = m.v${v}e`].join(" AND ");
  return `SELECT ${same}, max(struct_pack(r := r, s := s, z := z, d := d)) AS b FROM h${v} h SEMI JOIN m ON ${on} GROUP BY ${same}`;
}

/** Labels with the status of every view, `v…s`, and the number of the row whose features they get, `v…z`. */
function judged({ views, labels, returned }: TrainingQuery, parameters: Parameters): string {
  const joins = views.flatMap((view, v) => {
    if (!hasWinners(view)) return [];
    const on = [...sameKeys(view, v, "m", `w${v}`), `m.v${v}e = w${v}.e`];
    return [`LEFT JOIN w${v} ON ${on.join(" AND ")}`];
  });
  const nested = nestedColumns(labels);
  if (nested.length > 0) joins.push(`JOIN (SELECT ${["n", ...nested].join(", ")} FROM l) b ON m.n = b.n`);
  const columns = [
    "m.n AS n",
    ...returned.map((instant) => `t${instant}`),
    ...labels.columns.map((_, i) => `c${i}`),
    ...views.flatMap((view, v) => {
      if (view.windows !== undefined) return [`${windowsStatus(view, v)} AS v${v}s`];
      const row = view.mode === "AVAILABLE" ? `m.v${v}` : `w${v}.b.`;
      return [`${status(view, v, `${row}d`, parameters)} AS v${v}s`, `${row}z AS v${v}r`];
    }),
  ];
  const kept = views.flatMap(({ windows }, v) =>
    windows === undefined ? [`CASE WHEN v${v}s = 0 THEN v${v}r END AS v${v}z`] : [],
  );
  return `SELECT ${["*", ...kept].join(", ")} FROM (SELECT ${columns.join(", ")} FROM m ${joins.join("\n")})`;
}

/** Lists and the like are fetched behind the as-of join: with few labels DuckDB joins by an aggregate, which turns -0 within them into 0. */
function nestedColumns({ columns }: LabelScan): string[] {
  return columns.flatMap(({ type }, i) => (nestedTypes.has(type.typeId) ? [`c${i}`] : []));
}

/** True where ties of one event time are decided in a table of its own. */
function hasWinners({ mode, windows }: ViewJoin): boolean {
  return windows === undefined && mode !== "AVAILABLE";
}

function keyNames(view: ViewJoin): string[] {
  return view.keys.map((_, k) => `k${k}`);
}

function sameKeys(view: ViewJoin, v: number, labels: string, rows: string): string[] {
  return view.keys.map((_, k) => `${labels}.v${v}k${k} = ${rows}.k${k}`);
}

/** Windows are never absent, except for a label that names no entity. */
function windowsStatus(view: ViewJoin, v: number): string {
  const missing = view.keys.map((_, k) => `v${v}k${k} IS NULL`).join(" OR ") || "false";
  return `CAST(CASE WHEN ${missing} THEN 2 ELSE 0 END AS UTINYINT)`;
}

/** Tombstone, then forgetting, then ttl: as `rowStatus` of @timewell/ttl. */
function status(view: ViewJoin, v: number, isDeleted: string, parameters: Parameters): string {
  const age = `t${view.instant} - v${v}e`;
  const forgotten = view.forgetAfterUs === 0n ? "" : ` OR ${age} > ${parameters.integer(view.forgetAfterUs)}`;
  const expired = view.ttlUs === 0n ? "" : ` WHEN ${age} > ${parameters.integer(view.ttlUs)} THEN 1`;
  return `CAST(CASE WHEN v${v}e IS NULL OR ${isDeleted}${forgotten} THEN 2${expired} ELSE 0 END AS UTINYINT)`;
}
