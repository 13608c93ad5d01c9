import type { LogAppend } from "@timewell/store-ports";
import pg from "pg";
import type { IngestionWorld } from "./ingestion-world.ts";

/** Rows as they lie in the log, so that a peer copies the same bytes. */
export async function readLog({ stack }: IngestionWorld, rows: number): Promise<LogAppend[]> {
  const database = new pg.Client({ connectionString: stack.databaseUrl });
  await database.connect();
  try {
    const { rows: found } = await database.query<Record<"view_id" | "event_time", string> & LogBytes>(
      "SELECT view_id, event_time, entity_key, payload FROM timewell.log_rows ORDER BY appended_at DESC LIMIT $1",
      [rows],
    );
    return found.map((row) => ({
      viewId: Number(row.view_id),
      eventTimeUs: BigInt(row.event_time),
      entityKey: row.entity_key,
      payload: row.payload,
      deleted: false,
    }));
  } finally {
    await database.end();
  }
}

interface LogBytes {
  readonly entity_key: Buffer;
  readonly payload: Buffer;
}
