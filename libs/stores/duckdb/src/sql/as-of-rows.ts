import type { TrainingQuery, ViewJoin } from "../plan/training-query.ts";
import { historyRows } from "./history-rows.ts";
import { labelKey, labelRows } from "./label-rows.ts";
import type { Parameters } from "./parameters.ts";
import type { TimeRange } from "./segment-rows.ts";
import { quoteIdent } from "./sql-ident.ts";

/**
 * Makes the table `asked` of what the labels of a query ask for: index of the label `n` among them, its instants `t…`, and its keys of each
 * view, `v…k…`.
 */
export function createAsked(query: TrainingQuery, parameters: Parameters): string {
  const keys = query.views.flatMap((view, v) =>
    view.keys.map(({ column, type }, k) => `${labelKey(column, type)} AS v${v}k${k}`),
  );
  const names = [
    ...query.labels.instants.map((_, i) => `t${i}`),
    ...query.views.flatMap((view, v) => view.keys.map((_, k) => `v${v}k${k}`)),
  ];
  const rows = labelRows(query.labels, { ...query, extra: keys }, parameters);
  const index = `CAST(n - ${query.range?.from ?? 0} AS INTEGER) AS n`;
  return `CREATE OR REPLACE TEMP TABLE asked AS SELECT ${[index, ...names].join(", ")} FROM (${rows})`;
}

/** Makes the table `entities` of the entities of a view that labels ask for: their keys `k…` and a number of each, `g`, from 0. */
export function createEntities(view: ViewJoin, v: number): string {
  const create = "CREATE OR REPLACE TEMP TABLE entities AS SELECT";
  if (view.keys.length === 0) return `${create} CAST(0 AS INTEGER) AS g`;
  const keys = view.keys.map((_, k) => `v${v}k${k} AS k${k}`);
  const named = view.keys.map((_, k) => `v${v}k${k} IS NOT NULL`);
  const distinct = `SELECT DISTINCT ${keys.join(", ")} FROM asked WHERE ${named.join(" AND ")}`;
  return `${create} *, CAST(row_number() OVER () - 1 AS INTEGER) AS g FROM (${distinct})`;
}

/** The labels that name an entity, by entity and instant: its number `g`, the instant, the index of the label. */
export function askedInOrder(view: ViewJoin, v: number): string {
  const on = view.keys.map((_, k) => `v${v}k${k} = k${k}`).join(" AND ") || "true";
  return `SELECT g, t${view.instant} AS t, n FROM asked JOIN entities ON ${on} ORDER BY g, t`;
}

/**
 * The rows of a history that labels may find, in no order: number of the entity `g`, then `e`, `r`, `z`, `d` as in `historyRows`, and `a` where
 * rows count from their available time on.
 */
export function candidateRows(
  query: TrainingQuery,
  view: ViewJoin,
  v: number,
  parameters: Parameters,
): string {
  const same = view.keys.map((_, k) => `h.k${k} = q.k${k}`).join(" AND ") || "true";
  const [available, seen] =
    view.mode === "AVAILABLE" ? [", a", `a <= ${parameters.integer(query.eventTimeMaxUs)}`] : ["", "true"];
  const rows = viewHistory(query, view, v, parameters);
  return `SELECT g, e, r, z, d${available} FROM (${rows}) h JOIN entities q ON ${same} WHERE ${seen}`;
}

/** The history of a view that the labels of a query can see, as `historyRows`. */
export function viewHistory(query: TrainingQuery, view: ViewJoin, v: number, parameters: Parameters): string {
  return isReadOnce(view) ? `SELECT * FROM ${historyTable(v)}` : rangedRows(query, view, parameters);
}

/** Makes the table of a history that is better read once than for each statement: a CSV file. Undefined for others. */
export function createHistory(
  query: TrainingQuery,
  view: ViewJoin,
  v: number,
  parameters: Parameters,
): string | undefined {
  if (!isReadOnce(view)) return undefined;
  return `CREATE OR REPLACE TEMP TABLE ${historyTable(v)} AS ${rangedRows(query, view, parameters)}`;
}

/** Name of the table of what the labels found in a view: in their order their status `s` and the row `z`, NULL unless PRESENT. */
export function foundTable(v: number): string {
  return `found_${v}`;
}

/** Makes that table, empty. */
export function createFound(v: number): string {
  return `CREATE OR REPLACE TEMP TABLE ${foundTable(v)} (s UTINYINT, z BIGINT)`;
}

function isReadOnce({ history }: ViewJoin): boolean {
  return history.source?.groups.some(({ format }) => format === "csv") ?? false;
}

function historyTable(v: number): string {
  return quoteIdent(`history_${v}`);
}

function rangedRows(query: TrainingQuery, view: ViewJoin, parameters: Parameters): string {
  const { eventTimeMinUs, eventTimeMaxUs } = query;
  const range: TimeRange = {
    fromUs: view.forgetAfterUs === 0n ? undefined : eventTimeMinUs - view.forgetAfterUs,
    toUs: eventTimeMaxUs,
  };
  return historyRows(view, range, parameters);
}
