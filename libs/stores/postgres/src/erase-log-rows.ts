import { partitionOf } from "@timewell/keys";
import type { SqlDatabase } from "./sql-database.ts";

/** Positions that one statement looks at: few enough for the time limit of a statement. */
const positionsPerStep = 50_000n;

/** Removes the content of an entity's log rows; returns how many. */
export async function eraseLogRows(
  database: SqlDatabase,
  viewIds: readonly number[],
  entityKey: Uint8Array,
): Promise<number> {
  const partition = partitionOf(entityKey);
  const [range] = await database.query<{ first: bigint | null; last: bigint | null }>(
    "SELECT min(position) AS first, max(position) AS last FROM timewell.log_rows WHERE partition = $1",
    [partition],
  );
  let erased = 0n;
  for (let first = range?.first ?? 1n; first <= (range?.last ?? 0n); first += positionsPerStep) {
    const [step] = await database.query<{ rows: bigint }>(
      `WITH gone AS (
         UPDATE timewell.log_rows SET entity_key = '', payload = '', deleted = false
         WHERE partition = $1 AND position >= $2 AND position < $3
           AND view_id = ANY($4::bigint[]) AND entity_key = $5
         RETURNING 1
       ) SELECT count(*) AS rows FROM gone`,
      [partition, first, first + positionsPerStep, viewIds.map(BigInt), entityKey],
    );
    erased += step!.rows;
  }
  return Number(erased);
}
