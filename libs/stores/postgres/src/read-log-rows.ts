import type { LogRow } from "@timewell/store-ports";
import type { SqlSession } from "./sql-database.ts";

/** Rows of one partition to read. */
export interface LogRead {
  readonly partition: number;
  readonly afterPosition: bigint;
  readonly rowsMax: number;
}

interface LogRowColumns {
  readonly place: bigint;
  readonly position: bigint;
  readonly view_id: bigint;
  readonly event_time: bigint;
  readonly appended_at: bigint;
  readonly available_time: bigint | null;
  readonly deleted: boolean;
  readonly entity_key: Uint8Array;
  readonly payload: Uint8Array;
}

/** Reads several parts of the log in one statement: the rows of each, ascending. */
export async function readLogRows(session: SqlSession, reads: readonly LogRead[]): Promise<LogRow[][]> {
  const rows = await session.query<LogRowColumns>(
    `SELECT a.place, r.* FROM unnest($1::bigint[], $2::bigint[], $3::bigint[])
       WITH ORDINALITY AS a(partition, after, rows_max, place)
     CROSS JOIN LATERAL (
       SELECT position, view_id, event_time, appended_at, available_time, deleted, entity_key, payload
       FROM timewell.log_rows WHERE partition = a.partition AND position > a.after
       ORDER BY position LIMIT a.rows_max
     ) AS r
     ORDER BY a.place, r.position`,
    [
      reads.map(({ partition }) => BigInt(partition)),
      reads.map(({ afterPosition }) => afterPosition),
      reads.map(({ rowsMax }) => BigInt(rowsMax)),
    ],
  );
  const found = reads.map((): LogRow[] => []);
  for (const row of rows) {
    const place = Number(row.place) - 1;
    found[place]!.push({
      partition: reads[place]!.partition,
      position: row.position,
      viewId: Number(row.view_id),
      entityKey: row.entity_key,
      eventTimeUs: row.event_time,
      deleted: row.deleted,
      payload: row.payload,
      appendedAtUs: row.appended_at,
      availableTimeUs: row.available_time ?? undefined,
    });
  }
  return found;
}
