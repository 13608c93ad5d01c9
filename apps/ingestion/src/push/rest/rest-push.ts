import { FeatureStoreError, showValue } from "@timewell/errors";
import type { CompiledView } from "@timewell/model";

import { isObject } from "./read-json-body.ts";

/** A push as JSON has it, whichever form it came in; its values are not checked yet. */
export interface RestPush {
  /** Undefined: the only one there is. */
  readonly project: string | undefined;
  readonly view: string;
  /** 0: the latest. */
  readonly version: number;
  readonly wait: "durable" | "online";
  /** Empty: the push stands alone. */
  readonly requestId: string;
  /** The rows, once the view is known. */
  readonly rows: (view: CompiledView) => RestRow[];
  /** True for the form of Feast, whose answer says no more than that all rows were taken. */
  readonly isFeast: boolean;
}

/** A row of it. */
export interface RestRow {
  readonly keys: Readonly<Record<string, unknown>>;
  readonly features: Readonly<Record<string, unknown>>;
  readonly eventTime: unknown;
  readonly deleted: boolean;
}

const ownFields = ["project", "feature_view", "version", "rows", "request_id", "wait"];
const feastFields = [
  "project",
  "push_source_name",
  "feature_view_name",
  "df",
  "to",
  "allow_registry_cache",
  "transform_on_write",
];
const rowFields = ["keys", "features", "event_time", "delete"];

/** Takes a push apart: Timewell's own form, or that of Feast. INVALID_REQUEST names what is wrong with its form. */
export function restPush(body: Readonly<Record<string, unknown>>): RestPush {
  if ("df" in body) return feastPush(body);
  refuseOthers(body, ownFields, "");
  const wait = body["wait"] ?? "durable";
  if (wait !== "durable" && wait !== "online") throw wrong("wait", wait, '"durable" or "online"');
  const version = body["version"] ?? 0;
  if (typeof version !== "number" || !Number.isInteger(version) || version < 0)
    throw wrong("version", version, "a whole number");
  const { rows } = body;
  if (!Array.isArray(rows)) throw wrong("rows", rows, "a list of rows");
  const taken = rows.map((row: unknown, index) => ownRow(row, `rows[${index}]`));
  return {
    project: body["project"] === undefined ? undefined : text(body, "project"),
    view: text(body, "feature_view"),
    version,
    wait,
    requestId: body["request_id"] === undefined ? "" : text(body, "request_id"),
    rows: () => taken,
    isFeast: false,
  };
}

function ownRow(row: unknown, where: string): RestRow {
  if (!isObject(row)) throw wrong(where, row, "an object with keys, features and event_time");
  refuseOthers(row, rowFields, `${where}.`);
  const { keys = {}, features = {}, delete: deleted = false } = row;
  if (!isObject(keys)) throw wrong(`${where}.keys`, keys, "an object");
  if (!isObject(features)) throw wrong(`${where}.features`, features, "an object");
  if (typeof deleted !== "boolean") throw wrong(`${where}.delete`, deleted, "true or false");
  return { keys, features, eventTime: row["event_time"], deleted };
}

/** Columns instead of rows; the view is named by its push source or by itself. */
function feastPush(body: Readonly<Record<string, unknown>>): RestPush {
  refuseOthers(body, feastFields, "");
  const { df, to = "online" } = body;
  if (to !== "online" && to !== "online_and_offline")
    throw wrong(
      "to",
      to,
      '"online" or "online_and_offline": every row is readable online and kept as history',
    );
  if (!isObject(df)) throw wrong("df", df, "an object of columns");
  const columns = Object.entries(df).map(([name, values]): [string, unknown[]] => {
    if (!Array.isArray(values)) throw wrong(`df.${name}`, values, "a list");
    return [name, values];
  });
  const counts = new Set(columns.map(([, values]) => values.length));
  if (counts.size > 1) throw wrong("df", df, "columns of one length");
  const [count = 0] = counts;
  const view = text(body, "push_source_name" in body ? "push_source_name" : "feature_view_name");
  return {
    project: body["project"] === undefined ? undefined : text(body, "project"),
    view,
    version: 0,
    wait: "durable",
    requestId: "",
    rows: (compiled) => Array.from({ length: count }, (_, i) => feastRow(compiled, columns, i)),
    isFeast: true,
  };
}

function feastRow(view: CompiledView, columns: readonly [string, unknown[]][], index: number): RestRow {
  const timeColumn = view.source?.eventTimeColumn ?? "event_timestamp";
  const keyNames = new Set(view.keys.map(({ name }) => name));
  const row = { keys: {} as Record<string, unknown>, features: {} as Record<string, unknown> };
  let eventTime: unknown;
  for (const [name, values] of columns) {
    const value = values[index];
    if (keyNames.has(name)) row.keys[name] = value;
    else if (name === timeColumn || name === "event_timestamp") eventTime = withZone(value);
    else if (name !== "created" && name !== view.source?.createdTimeColumn) row.features[name] = value;
  }
  return { ...row, eventTime, deleted: false };
}

/** Feast's times have no zone, and are UTC. */
function withZone(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const isNaive = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(value);
  return isNaive ? `${value.replace(" ", "T")}Z` : value;
}

function text(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = body[name];
  if (typeof value === "string") return value;
  throw wrong(name, value, "text");
}

function refuseOthers(
  object: Readonly<Record<string, unknown>>,
  known: readonly string[],
  where: string,
): void {
  const other = Object.keys(object).find((name) => !known.includes(name));
  if (other === undefined) return;
  throw new FeatureStoreError(
    "INVALID_REQUEST",
    `Cannot push: ${JSON.stringify(where + other)} is not known`,
    { field: where + other, hint: `Send ${known.join(", ")}` },
  );
}

function wrong(field: string, got: unknown, expected: string): FeatureStoreError {
  return new FeatureStoreError(
    "INVALID_REQUEST",
    `Cannot push: ${field} is ${got === undefined ? "missing" : showValue(got)}, expected ${expected}`,
    { field, hint: "See docs/push.md for the form of a push" },
  );
}
