import { feastServing, Status } from "@timewell/contracts";
import type { NamedField } from "@timewell/model";

import { eventTimeHigh, eventTimeLow } from "../typed/event-bound.ts";
import type { CellTable, FoundRows } from "./cell-table.ts";
import { eventTimeOf } from "./event-time-of.ts";
import type { FeastPlan } from "./feast-plan.ts";
import { floatText } from "./float-text.ts";
import type { RestRequest } from "./read-rest-request.ts";
import { ValueText } from "./value-text.ts";

const { FieldStatus } = feastServing;
const { PRESENT } = FieldStatus;
const statusTexts = ["INVALID", "PRESENT", "NULL_VALUE", "NOT_FOUND", "OUTSIDE_MAX_AGE"].map(
  (name) => `"${name}"`,
);
const noTime = '"1970-01-01T00:00:00Z"';
const msPerSecond = 1000;
const valueText = new ValueText();

/** The JSON of an answer of `POST /get-online-features`: columns, those of the request first. */
export function restAnswer(request: RestRequest, table: CellTable, found: FoundRows): string {
  const { plan, columns: echoed, fullFeatureNames, rowCount } = request;
  const names = [
    ...echoed.map(({ name }) => name),
    ...plan.columns.map(({ name, fullName }) => (fullFeatureNames ? fullName : name)),
  ];
  const versions = request.includeVersions ? `,"feature_view_metadata":${versionsText(plan)}` : "";
  const present = new Array<string>(rowCount).fill(statusTexts[PRESENT]!).join();
  const noTimes = new Array<string>(rowCount).fill(noTime).join();
  const times = plan.uses.map((_, use) => timesText(found, use, table.rowStatuses));
  const results = echoed.map(({ values, field }) => {
    const isFloat = isFloatField(field);
    return vector(values.map((value) => echoText(value, isFloat)).join(), present, noTimes);
  });
  for (let c = 0; c < plan.columns.length; c++)
    results.push(
      vector(valuesText(c, table, found), statusesText(c, table, rowCount), times[plan.columns[c]!.use]!),
    );
  return `{"metadata":{"feature_names":${JSON.stringify(names)}${versions}},"results":[${results.join()}]}`;
}

function vector(values: string, statuses: string, times: string): string {
  return `{"values":[${values}],"statuses":[${statuses}],"event_timestamps":[${times}]}`;
}

/** A value of the request as it came; numbers as their type writes them, an empty list as null. */
function echoText(value: unknown, isFloat: boolean): string {
  if (Array.isArray(value))
    return value.length === 0 ? "null" : `[${value.map((each) => echoText(each, isFloat)).join()}]`;
  if (isFloat && (typeof value === "number" || typeof value === "bigint")) return floatText(Number(value));
  return typeof value === "bigint" ? String(value) : JSON.stringify(value);
}

function isFloatField(field: NamedField | undefined): boolean {
  return field !== undefined && /^(FLOAT|DOUBLE)/.test(field.type);
}

function valuesText(
  column: number,
  { statuses, starts, ends, seconds }: CellTable,
  found: FoundRows,
): string {
  const { plan, rowCount, stored, from } = found;
  const { use, type, value } = plan.columns[column]!;
  const width = plan.uses.length;
  let text = "";
  for (let row = 0, cell = column * rowCount; row < rowCount; row++, cell++) {
    if (row > 0) text += ",";
    if (statuses[cell] !== PRESENT) {
      text += "null";
      continue;
    }
    const source = value.time === "none" ? stored[from + row * width + use]! : seconds.bytes;
    text += valueText.of(type, source, starts[cell]!, ends[cell]!);
  }
  return text;
}

function statusesText(column: number, { statuses }: CellTable, rowCount: number): string {
  let text = "";
  for (let row = 0, cell = column * rowCount; row < rowCount; row++, cell++)
    text += row === 0 ? statusTexts[statuses[cell]!]! : `,${statusTexts[statuses[cell]!]!}`;
  return text;
}

function timesText(
  { plan, rowCount, stored, from }: FoundRows,
  use: number,
  rowStatuses: Uint8Array,
): string {
  const times: string[] = [];
  for (let row = 0, i = use; row < rowCount; row++, i += plan.uses.length) {
    const status = rowStatuses[i];
    const isThere = status === Status.PRESENT || status === Status.EXPIRED;
    times.push(isThere ? timeText(stored[from + i]!) : noTime);
  }
  return times.join();
}

/** RFC 3339 with as many digits as it takes: none, 3 or 6. */
function timeText(row: Uint8Array): string {
  const { seconds, us } = eventTimeOf(eventTimeHigh(row), eventTimeLow(row));
  const base = new Date(seconds * msPerSecond).toISOString().slice(0, -".000Z".length);
  if (us === 0) return `"${base}Z"`;
  const digits = String(us).padStart(6, "0");
  return us % 1000 === 0 ? `"${base}.${digits.slice(0, 3)}Z"` : `"${base}.${digits}Z"`;
}

function versionsText({ stored }: FeastPlan): string {
  const views = new Map(stored.map(({ view, version }) => [`${view}@${version}`, { name: view, version }]));
  return JSON.stringify([...views.values()]);
}
