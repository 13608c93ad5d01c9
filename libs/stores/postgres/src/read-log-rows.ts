import type { LogRow } from "@timewell/store-ports";
import type { SqlSession } from "./sql-database.ts";

/** Rows of one partition to read. */
export interface LogRead {
  readonly partition: number;
  readonly afterPosition: bigint;
  readonly rowsMax: number;
}

/** A row of the log; or a run of stamps, whose ends are `position` and `last`, and which has no payload. */
interface Columns {
  readonly place: bigint;
  readonly position: bigint;
  readonly last: bigint | null;
  readonly view_id: bigint;
  readonly event_time: bigint;
  readonly appended_at: bigint;
  readonly available_time: bigint | null;
  readonly deleted: boolean;
  readonly entity_key: Uint8Array;
  readonly payload: Uint8Array | null;
}

/**
 * Reads several parts of the log in one statement, which sees rows and stamps at one instant: the rows of each, ascending. The stamps
 * of a part come before its rows.
 */
export async function readLogRows(session: SqlSession, reads: readonly LogRead[]): Promise<LogRow[][]> {
  const rows = await session.query<Columns>(
    `WITH found AS MATERIALIZED (
       SELECT a.place, a.partition, r.* FROM unnest($1::bigint[], $2::bigint[], $3::bigint[])
         WITH ORDINALITY AS a(partition, after, rows_max, place)
       CROSS JOIN LATERAL (
         SELECT position, view_id, event_time, appended_at, deleted, entity_key, payload
         FROM timewell.log_rows WHERE partition = a.partition AND position > a.after
         ORDER BY position LIMIT a.rows_max
       ) AS r
     )
     SELECT e.place, s.first AS position, s.last, NULL::bigint AS view_id, NULL::bigint AS event_time,
       NULL::bigint AS appended_at, s.available_time, NULL::boolean AS deleted, NULL::bytea AS entity_key,
       NULL::bytea AS payload
     FROM (
       SELECT place, partition, min(position) AS first, max(position) AS last FROM found GROUP BY place, partition
     ) AS e
     CROSS JOIN LATERAL (
       SELECT first, last, available_time FROM timewell.log_stamps
       WHERE partition = e.partition AND last >= e.first AND first <= e.last
       ORDER BY last LIMIT e.last - e.first + 1
     ) AS s
     UNION ALL
     SELECT place, position, NULL, view_id, event_time, appended_at, NULL, deleted, entity_key, payload FROM found
     ORDER BY place, last, position`,
    [
      reads.map(({ partition }) => BigInt(partition)),
      reads.map(({ afterPosition }) => afterPosition),
      reads.map(({ rowsMax }) => BigInt(rowsMax)),
    ],
  );
  const found = reads.map((): LogRow[] => []);
  const runs = reads.map((): Columns[] => []);
  const at = reads.map(() => 0);
  for (const row of rows) {
    const place = Number(row.place) - 1;
    const stamps = runs[place]!;
    if (row.payload === null) {
      stamps.push(row);
      continue;
    }
    while (at[place]! < stamps.length && stamps[at[place]!]!.last! < row.position) at[place]!++;
    const run = stamps[at[place]!];
    const isStamped = run !== undefined && run.position <= row.position;
    found[place]!.push({
      partition: reads[place]!.partition,
      position: row.position,
      viewId: Number(row.view_id),
      entityKey: row.entity_key,
      eventTimeUs: row.event_time,
      deleted: row.deleted,
      payload: row.payload,
      appendedAtUs: row.appended_at,
      availableTimeUs: isStamped ? run.available_time! : undefined,
    });
  }
  return found;
}
