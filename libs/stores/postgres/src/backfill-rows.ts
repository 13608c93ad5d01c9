import { type Backfill, type BackfillRange, unknownBackfill } from "@timewell/store-ports";
import type { SqlSession } from "./sql-database.ts";

/** Finds or records the backfill of a range, inside a transaction. */
export async function openBackfill(
  session: SqlSession,
  range: BackfillRange,
  startedAtUs: bigint,
): Promise<Backfill> {
  const { viewId, fromUs, toUs, chunkUs } = range;
  // The update changes nothing: it makes the statement return the id of the row that is there.
  const [row] = await session.query<{ id: bigint }>(
    `INSERT INTO timewell.backfills (view_id, range_from, range_to, chunk, started_at)
     VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (view_id, range_from, range_to, chunk) DO UPDATE SET chunk = excluded.chunk
     RETURNING id`,
    [viewId, fromUs, toUs, chunkUs, startedAtUs],
  );
  const { id } = row!;
  const chunks = await session.query<{ chunk: bigint }>(
    "SELECT chunk FROM timewell.backfill_chunks WHERE backfill = $1",
    [id],
  );
  return { ...range, id, doneChunks: new Set(chunks.map(({ chunk }) => Number(chunk))) };
}

/** Records that a chunk is done. */
export async function finishChunk(session: SqlSession, id: bigint, chunk: number): Promise<void> {
  const known = await session.query("SELECT 1 FROM timewell.backfills WHERE id = $1", [id]);
  if (known.length === 0) throw unknownBackfill(id);
  await session.query(
    "INSERT INTO timewell.backfill_chunks (backfill, chunk) VALUES ($1, $2) ON CONFLICT DO NOTHING",
    [id, chunk],
  );
}

/** Forgets which chunks are done. */
export async function forgetChunks(session: SqlSession, id: bigint): Promise<void> {
  await session.query("DELETE FROM timewell.backfill_chunks WHERE backfill = $1", [id]);
}
