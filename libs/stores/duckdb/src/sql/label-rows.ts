import { sqlType } from "./sql-type.ts";
import type { KeyType } from "@timewell/keys";
import type { LabelScan } from "../plan/training-query.ts";
import { fileScan, textFileScan } from "./file-scan.ts";
import type { Parameters } from "./parameters.ts";
import { readTimeUs } from "./read-value.ts";
import { quoteIdent } from "./sql-ident.ts";

/** Label rows: number `o` from 0, event time `t` in µs, columns `c0…`, and `extra` expressions over the columns `c0…`. */
export function labelRows(labels: LabelScan, extra: readonly string[], parameters: Parameters): string {
  const time = labels.columns[labels.eventTime]!;
  const names = labels.columns.map((_, i) => `c${i}`);
  const columns = ["o", `${readTimeUs(names[labels.eventTime]!, time.type, false)} AS t`, ...names, ...extra];
  return `SELECT ${columns.join(", ")} FROM (${plainRows(labels, parameters)})`;
}

/** A label column as a key of a type; NULL where the value can be no key of it. */
export function labelKey(column: number, type: KeyType): string {
  return `TRY_CAST(c${column} AS ${sqlType(type, 0)})`;
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
