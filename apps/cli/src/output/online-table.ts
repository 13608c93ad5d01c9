import { Status, StatusSchema, type GetOnlineFeaturesResponse } from "@timewell/contracts";
import type { FeatureValue } from "@timewell/row";
import { answerValue } from "./answer-value.ts";
import type { Palette } from "./colour.ts";
import { renderTable, type Cell } from "./table.ts";
import { timeText } from "./time-text.ts";
import { valueText } from "./value-text.ts";

/** One feature of one row of an answer. */
export interface OnlineCell {
  readonly name: string;
  readonly value: FeatureValue;
  readonly text: string;
  /** Index of its view in the answer; undefined for an on-demand feature. */
  readonly view: number | undefined;
}

/** The features of each row, in the order asked for. */
export function onlineCells(answer: GetOnlineFeaturesResponse): OnlineCell[][] {
  const viewOf = new Map(
    answer.views.flatMap((view, i) => view.columns.map((column) => [column, i] as const)),
  );
  return answer.rows.map((row) =>
    answer.names.map((name, column) => {
      const { value, type } = answerValue(row.values[column]);
      return { name, value, text: valueText(value, type), view: viewOf.get(column) };
    }),
  );
}

/** A status as it is called everywhere. */
export function statusName(status: Status | undefined): string {
  return StatusSchema.value[status ?? Status.UNSPECIFIED]?.localName ?? "UNSPECIFIED";
}

const statusColours = new Map<Status, keyof Palette>([
  [Status.PRESENT, "green"],
  [Status.EXPIRED, "yellow"],
  [Status.NEWER, "yellow"],
  [Status.NOT_FOUND, "dim"],
  [Status.UNAVAILABLE, "red"],
]);

/** The answer as a table for each row: a line for every feature, with its status and, where asked for, its times. */
export function onlineTable(
  answer: GetOnlineFeaturesResponse,
  options: { readonly titles: readonly string[]; readonly palette: Palette; readonly withTimes: boolean },
): string {
  const { palette } = options;
  const headers = [
    "FEATURE",
    "VALUE",
    "STATUS",
    ...(options.withTimes ? ["EVENT TIME", "AVAILABLE TIME"] : []),
  ];
  const tables = onlineCells(answer).map((cells, r) => {
    const row = answer.rows[r]!;
    const lines = cells.map(({ name, text, view }): Cell[] => {
      const shown = text === "NULL" ? { text, paint: palette.dim } : text;
      if (view === undefined) {
        const status = { text: "computed", paint: palette.dim };
        return [name, shown, status, ...(options.withTimes ? ["–", "–"] : [])];
      }
      const status = row.statuses[view] ?? Status.UNSPECIFIED;
      const paint = palette[statusColours.get(status) ?? "dim"];
      const times = [row.eventTimesUs[view] ?? 0n, row.availableTimesUs[view] ?? 0n].map((timeUs) =>
        timeUs === 0n ? "–" : timeText(timeUs),
      );
      return [name, shown, { text: statusName(status), paint }, ...(options.withTimes ? times : [])];
    });
    return `${palette.bold(options.titles[r] ?? "")}\n${renderTable(headers, lines)}`;
  });
  return tables.join("\n");
}
