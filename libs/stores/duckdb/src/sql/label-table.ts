import { BIGINT } from "@duckdb/node-api";
import type { LabelColumn } from "../plan/training-query.ts";

/** Table of label rows that come from an Arrow file. */
export const labelTable = "labels";

/** Type of the number of a row. */
export const ordinalType = BIGINT;

/** Makes the table: number `o`, columns `c0…`. */
export function createLabelTable(columns: readonly LabelColumn[]): string {
  const typed = columns.map(({ type }, i) => `c${i} ${type.toString()}`);
  return `CREATE TEMP TABLE ${labelTable} (${["o BIGINT", ...typed].join(", ")})`;
}
