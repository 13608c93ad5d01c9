import { DuckDBTypeId, type DuckDBType } from "@duckdb/node-api";
import type { FeatureType } from "@timewell/row";
import { timeRangeText } from "@timewell/ttl";
import { raiseError } from "./raise-error.ts";
import { quoteIdent } from "./sql-ident.ts";
import { sqlType } from "./sql-type.ts";

/** A column of a file as a value of the wanted type. `found` is the file's type; undefined where the file has no such column. */
export function readValue(
  column: string,
  found: DuckDBType | undefined,
  wanted: FeatureType,
  dimension: number,
  isCsv: boolean,
): string {
  const target = sqlType(wanted, dimension);
  if (found === undefined) return `CAST(NULL AS ${target})`;
  const value = quoteIdent(column);
  if (isCsv && (wanted === "INT32" || wanted === "INT64")) return wholeNumber(value, column, target);
  if (found.toString() === target) return value;
  return `CAST(${value} AS ${target})`;
}

/** A column of a file as µs since 1970, UTC. Times without a zone are UTC. */
export function readTimeUs(column: string, found: DuckDBType, isCsv: boolean): string {
  const value = quoteIdent(column);
  if (isCsv) return `epoch_us(CAST(${value} AS TIMESTAMPTZ))`;
  const isMicroseconds =
    found.typeId === DuckDBTypeId.TIMESTAMP || found.typeId === DuckDBTypeId.TIMESTAMP_TZ;
  return isMicroseconds ? `epoch_us(${value})` : `epoch_us(CAST(${value} AS TIMESTAMP))`;
}

const timeMin = "TIMESTAMPTZ '0001-01-01 00:00:00+00'";
const timeMax = "TIMESTAMPTZ '9999-12-31 23:59:59.999999+00'";

/** The value as it is; one of type TIMESTAMP or TIMESTAMP_LIST with a time that no TIMESTAMP can be ends the statement. */
export function checkedTimes(value: string, column: string, type: FeatureType): string {
  if (type !== "TIMESTAMP" && type !== "TIMESTAMP_LIST") return value;
  const isList = type === "TIMESTAMP_LIST";
  const least = isList ? `coalesce(list_min(${value}), ${timeMax})` : value;
  const greatest = isList ? `coalesce(list_max(${value}), ${timeMin})` : value;
  const problem = `Cannot read column ${column}: a time is not one of ${timeRangeText}`;
  return `CASE WHEN ${value} IS NULL OR (${least} >= ${timeMin} AND ${greatest} <= ${timeMax}) THEN ${value}
    ELSE ${raiseError("SOURCE_MISMATCH", problem, sqlType(type, 0))} END`;
}

/** Text to a whole number; DuckDB by itself would round 3.5. */
function wholeNumber(value: string, column: string, target: string): string {
  const problem = `Cannot read column ${column}: a value is not a whole number`;
  const pattern = "'\\s*[+-]?[0-9]+\\s*'";
  return `CASE WHEN ${value} IS NULL OR regexp_full_match(${value}, ${pattern}) THEN CAST(${value} AS ${target})
    ELSE ${raiseError("SOURCE_MISMATCH", problem, target)} END`;
}
