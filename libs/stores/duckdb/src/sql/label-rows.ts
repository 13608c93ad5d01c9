import { sqlType } from "./sql-type.ts";
import type { KeyType } from "@timewell/keys";
import type { LabelInstant, LabelScan, OrdinalRange } from "../plan/training-query.ts";
import { fileScan, textFileScan } from "./file-scan.ts";
import type { Parameters } from "./parameters.ts";
import { readTimeUs } from "./read-value.ts";
import { quoteIdent } from "./sql-ident.ts";

/** Which label rows, in which order, and what besides of them. */
export interface LabelRowsInit {
  /** Expressions over the columns `c0…`. */
  readonly extra?: readonly string[] | undefined;
  /** Index in the instants by which rows are ordered. Undefined: their own order. */
  readonly orderBy?: number | undefined;
  /** Undefined: all rows. */
  readonly range?: OrdinalRange | undefined;
}

/**
 * Label rows: number `o` in the file and `n` in the order asked for, both from 0, instants `t0…` in µs, columns `c0…`, and the extra
 * ones.
 */
export function labelRows(labels: LabelScan, init: LabelRowsInit, parameters: Parameters): string {
  const { extra = [], orderBy, range } = init;
  const names = labels.columns.map((_, i) => `c${i}`);
  const instants = labels.instants.map((instant, i) => `${timeOf(labels, instant, parameters)} AS t${i}`);
  const columns = ["o", ...instants, ...names, ...extra];
  const rows = `SELECT ${columns.join(", ")} FROM (${plainRows(labels, parameters)})`;
  const number = orderBy === undefined ? "o" : `row_number() OVER (ORDER BY t${orderBy}, o) - 1`;
  const numbered = `SELECT *, ${number} AS n FROM (${rows})`;
  if (range === undefined) return numbered;
  const bounds = [range.from, range.end].map((bound) => parameters.integer(BigInt(bound)));
  return `SELECT * FROM (${numbered}) WHERE n >= ${bounds[0]} AND n < ${bounds[1]}`;
}

/** A label column as a key of a type; NULL where the value can be no key of it. */
export function labelKey(column: number, type: KeyType): string {
  return `TRY_CAST(c${column} AS ${sqlType(type, 0)})`;
}

function timeOf(labels: LabelScan, instant: LabelInstant, parameters: Parameters): string {
  return "us" in instant
    ? parameters.integer(instant.us)
    : readTimeUs(`c${instant.column}`, labels.columns[instant.column]!.type, false);
}

function plainRows(labels: LabelScan, parameters: Parameters): string {
  const { rows, columns } = labels;
  if (rows.kind === "table") return "FROM labels";
  const named = columns.map(({ name }, i) => `${quoteIdent(name)} AS c${i}`).join(", ");
  if (rows.format === "parquet") {
    const scan = fileScan("parquet", [rows.path], parameters, "sniff");
    return `SELECT CAST(file_row_number AS BIGINT) AS o, ${named} FROM ${scan}`;
  }
  const scan = textFileScan(rows.path, rows.textColumns, parameters);
  return `SELECT row_number() OVER () - 1 AS o, ${named} FROM ${scan}`;
}
