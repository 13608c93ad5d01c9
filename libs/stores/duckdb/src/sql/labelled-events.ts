import type { EventFilter } from "@timewell/transforms";
import type { TrainingQuery, WindowsJoin } from "../plan/training-query.ts";
import { eventRows } from "./event-rows.ts";
import { filterSql } from "./filter-sql.ts";
import { labelKey, labelRows } from "./label-rows.ts";
import type { Parameters } from "./parameters.ts";
import type { TimeRange } from "./segment-rows.ts";
import { sqlType } from "./sql-type.ts";

/**
 * The events that labels of a query can see, and the labels among them, in the order of what an applier would have seen: by entity `g`,
 * instant `i`, labels behind events, order, and place. Columns: `g`, `i`, number of the label `n`, NULL for events, event time `e`, order `r`,
 * the fields `f…` that are named, then whether the event passes each filter. Labels that name no entity are left out.
 */
export function labelledEvents(
  query: TrainingQuery,
  view: WindowsJoin,
  { fields, filters }: { readonly fields: readonly number[]; readonly filters: readonly EventFilter[] },
  parameters: Parameters,
): string {
  const { labels } = query;
  const keys = view.keys.map((_, k) => `k${k}`);
  const labelKeys = view.keys.map(({ column, type }, k) => `${labelKey(column, type)} AS k${k}`);
  const named = keys.map((key) => `${key} IS NOT NULL`).join(" AND ") || "true";
  const rows = labelRows(labels, { ...query, extra: labelKeys }, parameters);
  const ofEntity = keys.map((key) => `x.${key} = q.${key}`).join(" AND ") || "true";
  const [instant, seen] = view.mode === "AVAILABLE" ? ["a", "a IS NOT NULL AND a"] : ["e", "e"];
  const types = view.history.features;
  const passed = filters.map(({ tree }) =>
    filterSql(
      tree,
      types.map((_, f) => `f${f}`),
    ),
  );
  const read = [...fields.map((f) => `f${f}`), ...passed.map((_, i) => `x${i}`)];
  const made = [...fields.map((f) => `f${f}`), ...passed.map((sql, i) => `${sql} AS x${i}`)];
  const absent = [
    ...fields.map((f) => `CAST(NULL AS ${sqlType(types[f]!.type, types[f]!.dimension)})`),
    ...passed.map(() => "false"),
  ];
  return `WITH l AS MATERIALIZED (SELECT ${["n", `t${view.instant} AS i`, ...keys].join(", ")} FROM (${rows}) WHERE ${named}),
q AS MATERIALIZED (SELECT *, row_number() OVER () AS g FROM (SELECT DISTINCT ${keys.join(", ") || "true AS one"} FROM l)),
h AS NOT MATERIALIZED (${eventRows(view, rangeOf(query, view), parameters)})
SELECT ${["g", "i", "n", "e", "r", ...read].join(", ")} FROM (
  SELECT ${["g", `${instant} AS i`, "CAST(NULL AS BIGINT) AS n", "e", "r", "z", ...made].join(", ")}
  FROM h x JOIN q ON ${ofEntity} WHERE ${seen} <= ${parameters.integer(query.eventTimeMaxUs)}
  UNION ALL
  SELECT ${["g", "i", "n", "i", "CAST(0 AS UBIGINT)", "CAST(0 AS BIGINT)", ...absent].join(", ")}
  FROM l x JOIN q ON ${ofEntity}
) ORDER BY g, i, n NULLS FIRST, r, z`;
}

/** Event times that the windows of a query reach to. */
function rangeOf({ eventTimeMinUs, eventTimeMaxUs }: TrainingQuery, { windows }: WindowsJoin): TimeRange {
  const reaches = windows.features.map(({ windowUs, hopUs }) =>
    windowUs === 0n ? undefined : windowUs + hopUs,
  );
  const isEndless = reaches.includes(undefined);
  const reachUs = (reaches as bigint[]).reduce((a, b) => (isEndless || a > b ? a : b), 0n);
  return { fromUs: isEndless ? undefined : eventTimeMinUs - reachUs, toUs: eventTimeMaxUs };
}
