import type { DuckDBAppender, DuckDBValue } from "@duckdb/node-api";
import {
  ARRAY,
  BLOB,
  blobValue,
  BOOLEAN,
  BIGINT,
  DOUBLE,
  DuckDBTimestampTZValue,
  FLOAT,
  INTEGER,
  LIST,
  arrayValue,
  listValue,
  TIMESTAMPTZ,
  VARCHAR,
  type DuckDBType,
} from "@duckdb/node-api";
import {
  elementType,
  type FeatureType,
  type FeatureValue,
  type ScalarType,
  type ScalarValue,
} from "@timewell/row";
import type { HistoryRow, ViewHistory } from "@timewell/store-ports";
import { quoteIdent } from "../sql/sql-ident.ts";
import { sqlType } from "../sql/sql-type.ts";
import type { Database } from "./database.ts";

/** Puts log rows into a new table, with the columns of `historyRows`. */
export async function fillTail(
  database: Database,
  table: string,
  history: ViewHistory,
  rows: readonly HistoryRow[],
): Promise<void> {
  const columns = [
    ...history.keys.map(({ type }, i) => `k${i} ${sqlType(type, 0)}`),
    ...history.features.map(({ type, dimension }, i) => `f${i} ${sqlType(type, dimension)}`),
    "e BIGINT",
    "a BIGINT",
    "r UBIGINT",
    "d BOOLEAN",
  ];
  await database.run(`CREATE TEMP TABLE ${quoteIdent(table)} (${columns.join(", ")})`);
  const appender = await database.appender(table);
  for (const row of rows) {
    appendValues(appender, history, row);
    appender.appendBigInt(row.eventTimeUs);
    if (row.availableTimeUs === undefined) appender.appendNull();
    else appender.appendBigInt(row.availableTimeUs);
    appender.appendUBigInt(row.order);
    appender.appendBoolean(row.deleted);
    appender.endRow();
  }
  appender.closeSync();
}

/** Appends the keys and features of a log row. */
export function appendValues(appender: DuckDBAppender, history: ViewHistory, row: HistoryRow): void {
  history.keys.forEach(({ type }, i) => appendValue(appender, type, 0, row.keys[i]!));
  history.features.forEach(({ type, dimension }, i) =>
    appendValue(appender, type, dimension, row.features[i] ?? null),
  );
}

/** Appends a value of a type that rows have. */
export function appendValue(
  appender: DuckDBAppender,
  type: FeatureType,
  dimension: number,
  value: FeatureValue,
): void {
  if (value === null) return appender.appendNull();
  switch (type) {
    case "BOOL":
      return appender.appendBoolean(value as boolean);
    case "INT32":
      return appender.appendInteger(Number(value));
    case "INT64":
      return appender.appendBigInt(value as bigint);
    case "FLOAT":
      return appender.appendFloat(value as number);
    case "DOUBLE":
      return appender.appendDouble(value as number);
    case "STRING":
      return appender.appendVarchar(value as string);
    case "BYTES":
      return appender.appendBlob(value as Uint8Array);
    case "TIMESTAMP":
      return appender.appendTimestampTZ(new DuckDBTimestampTZValue(value as bigint));
    default: {
      const element = elementType(type);
      const items = (value as readonly ScalarValue[]).map((item) => toDuckdb(element, item));
      if (type === "FLOAT_VECTOR") appender.appendArray(arrayValue(items), ARRAY(FLOAT, dimension));
      else appender.appendList(listValue(items), LIST(elementTypes[element]));
    }
  }
}

function toDuckdb(type: ScalarType, value: ScalarValue): DuckDBValue {
  if (type === "TIMESTAMP") return new DuckDBTimestampTZValue(value as bigint);
  if (type === "BYTES") return blobValue(value as Uint8Array);
  return value as DuckDBValue;
}

const elementTypes: Record<ScalarType, DuckDBType> = {
  BOOL: BOOLEAN,
  INT32: INTEGER,
  INT64: BIGINT,
  FLOAT,
  DOUBLE,
  STRING: VARCHAR,
  BYTES: BLOB,
  TIMESTAMP: TIMESTAMPTZ,
};
