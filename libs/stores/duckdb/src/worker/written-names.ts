import { Parameters } from "../sql/parameters.ts";
import type { Database } from "./database.ts";

/** Names of the columns of a file as it has them: the database gives other names to columns of one name. */
export async function writtenNames(
  database: Database,
  format: "parquet" | "csv",
  path: string,
): Promise<string[]> {
  const parameters = new Parameters();
  if (format === "csv") {
    const sql = `SELECT * FROM read_csv(${parameters.texts([path])}, header = false, all_varchar = true) LIMIT 1`;
    return ((await database.firstRow(sql, parameters)) ?? []).map(String);
  }
  const sql = `SELECT name, coalesce(num_children, 0) FROM parquet_schema(${parameters.texts([path])})`;
  const names: string[] = [];
  let inside = 0;
  let isRoot = true;
  for await (const chunk of database.chunks(sql, parameters))
    for (const [name, children] of chunk.getRows() as [string, bigint][]) {
      // Elements come depth first, the root before all of them.
      if (isRoot) isRoot = false;
      else {
        if (inside === 0) names.push(name);
        else inside--;
        inside += Number(children);
      }
    }
  return names;
}
