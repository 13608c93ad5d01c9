import type { SourceScan } from "@timewell/store-ports";
import { Parameters } from "../sql/parameters.ts";
import { scanFilter, sourceRows } from "../sql/source-rows.ts";
import type { Database } from "./database.ts";
import { planSource } from "./plan-source.ts";
import { requireSource } from "./require-source.ts";

/** Counts the rows that a scan will yield. */
export async function countSource(database: Database, scan: SourceScan): Promise<number> {
  const plan = await planSource(database, scan.history, requireSource(scan.history));
  const parameters = new Parameters();
  const rows = sourceRows(plan, scanFilter(scan), parameters);
  const row = await database.firstRow(`SELECT count(*) FROM (${rows})`, parameters);
  return Number(row![0]);
}
