import type { KeyColumn } from "@timewell/store-ports";
import { quoteIdent } from "../sql/sql-ident.ts";
import { sqlType } from "../sql/sql-type.ts";
import type { Database } from "./database.ts";
import { appendValue } from "./fill-tail.ts";

/** Table with the key of one entity: one row. */
export const erasedKeyTable = "erased_key";

/** Makes the table; values go there as values, never as text of a statement. */
export async function fillErasedKey(database: Database, key: readonly KeyColumn[]): Promise<void> {
  const columns = key.map(({ type }, i) => `e${i} ${sqlType(type, 0)}`);
  await database.run(`CREATE TEMP TABLE ${erasedKeyTable} (${["one BOOLEAN", ...columns].join(", ")})`);
  const appender = await database.appender(erasedKeyTable);
  appender.appendBoolean(true);
  for (const { type, value } of key) appendValue(appender, type, 0, value);
  appender.endRow();
  appender.closeSync();
}

/**
 * True for rows of this entity; never NULL. Columns may have other types, as those of sources and labels do: what cannot be converted is of
 * another entity. `columnOf` names the column of a part of the key.
 */
export function isOfErasedKey(
  key: readonly KeyColumn[],
  columnOf = (part: KeyColumn) => part.column,
): string {
  const parts = key.map(
    (part, i) =>
      `coalesce(TRY_CAST(${quoteIdent(columnOf(part))} AS ${sqlType(part.type, 0)}) = e${i}, false)`,
  );
  return ["one", ...parts].join(" AND ");
}
