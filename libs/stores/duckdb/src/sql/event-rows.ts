import type { SourcePlan } from "../plan/source-plan.ts";
import type { WindowsJoin, WindowsScan } from "../plan/training-query.ts";
import { logRows, stampedSource } from "./history-rows.ts";
import type { Parameters } from "./parameters.ts";
import type { TimeRange } from "./segment-rows.ts";
import { sourceRows } from "./source-rows.ts";

/**
 * Events of a windowed view, with the columns of `historyRows`: those of the source before the cut-over, those of the log from it on; the log
 * holds each of its own once.
 */
export function eventRows(
  { history, windows }: Pick<WindowsJoin, "history" | "windows">,
  range: TimeRange,
  parameters: Parameters,
): string {
  const { source, ...log } = history;
  const { cutOverUs } = windows;
  const written = `SELECT * FROM (${logRows({ ...log, source: undefined }, range, parameters)}) WHERE NOT d`;
  if (source === undefined) return written;
  const cut = cutOverUs === undefined ? "" : ` AND e >= ${parameters.integer(cutOverUs)}`;
  const toUs = cutOverUs === undefined || cutOverUs > range.toUs ? range.toUs : cutOverUs - 1n;
  const events = sourceEvents(source, windows, { ...range, toUs }, parameters);
  return `${stampedSource(source, events, parameters)}\nUNION ALL\n${written}${cut}`;
}

/** Of source rows with one event id of one entity the first by file and row, wherever in time the others are. */
function sourceEvents(
  source: SourcePlan,
  { eventId, cutOverUs }: WindowsScan,
  { fromUs, toUs }: TimeRange,
  parameters: Parameters,
): string {
  if (eventId === undefined)
    return sourceRows(
      source,
      { eventTimeFromUs: fromUs, eventTimeToUs: toUs + 1n, reportUnusable: false },
      parameters,
    );
  const all = sourceRows(source, { eventTimeToUs: cutOverUs, reportUnusable: false }, parameters);
  const same = [...source.keys.map((_, i) => `k${i}`), `f${eventId}`].join(", ");
  const once = `SELECT * FROM (${all}) QUALIFY f${eventId} IS NULL OR row_number() OVER (PARTITION BY ${same} ORDER BY x, y) = 1`;
  const from = fromUs === undefined ? "" : ` AND e >= ${parameters.integer(fromUs)}`;
  return `SELECT * FROM (${once}) WHERE e <= ${parameters.integer(toUs)}${from}`;
}
