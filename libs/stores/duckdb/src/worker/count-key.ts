import type { KeyColumn } from "@timewell/store-ports";
import { fileScan } from "../sql/file-scan.ts";
import { labelTable } from "../sql/label-table.ts";
import { Parameters } from "../sql/parameters.ts";
import type { Database } from "./database.ts";
import { erasedKeyTable, fillErasedKey, isOfErasedKey } from "./erased-key.ts";
import { loadArrowLabels } from "./load-arrow-labels.ts";
import { requireFiles } from "./require-files.ts";

/** Counts the rows of a file that are of one entity; 0 where it lacks a column of the key. */
export async function countKey(
  database: Database,
  file: {
    readonly format: "arrow" | "parquet" | "csv";
    readonly path: string;
    readonly key: readonly KeyColumn[];
  },
): Promise<number> {
  await requireFiles([file.path]);
  await fillErasedKey(database, file.key);
  const parameters = new Parameters();
  const { table, names } = await open(database, file, parameters);
  const places = file.key.map(({ column }) => names.get(column));
  if (places.includes(undefined)) return 0;
  const condition = isOfErasedKey(file.key, ({ column }) => names.get(column)!);
  const sql = `SELECT count(*) FROM ${table} CROSS JOIN ${erasedKeyTable} WHERE ${condition}`;
  return Number((await database.firstRow(sql, parameters))![0]);
}

/** What to read, and the name there of each column of the file. */
async function open(
  database: Database,
  { format, path }: { readonly format: "arrow" | "parquet" | "csv"; readonly path: string },
  parameters: Parameters,
): Promise<{ table: string; names: ReadonlyMap<string, string> }> {
  if (format === "arrow") {
    const columns = await loadArrowLabels(database, path);
    return { table: labelTable, names: new Map(columns.map(({ name }, i) => [name, `c${i}`])) };
  }
  const table = fileScan(format, [path], parameters, "text");
  const columns = await database.columnsOf(`SELECT * FROM ${table}`, parameters);
  return { table, names: new Map(columns.map(({ name }) => [name, name])) };
}
