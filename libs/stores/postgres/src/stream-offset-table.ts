import { offsetsFenced, type StreamOffsets, type StreamPosition } from "@timewell/store-ports";
import type { SqlSession } from "./sql-database.ts";

interface Place {
  readonly viewId: number;
  readonly topic: string;
  readonly partition: number;
}

/** How far a view's topics are read, in order of topic and partition. */
export async function listStreamOffsets(session: SqlSession, viewId: number): Promise<StreamPosition[]> {
  const rows = await session.query<{ topic: string; partition: bigint; next: bigint; records: bigint }>(
    `SELECT topic, partition, next_offset AS next, records FROM timewell.log_stream_offsets
     WHERE view_id = $1 AND next_offset IS NOT NULL ORDER BY topic, partition`,
    [viewId],
  );
  return rows.map((row) => ({ ...row, partition: Number(row.partition) }));
}

/** Moves offsets, one after the other. FENCED where one of them does not go on where the log is. */
export async function advanceStreamOffsets(
  session: SqlSession,
  steps: readonly StreamOffsets[],
): Promise<void> {
  const places = new Map<string, Place>();
  for (const { viewId, topic, parts } of steps)
    for (const { partition } of parts)
      places.set(keyOf({ viewId, topic, partition }), { viewId, topic, partition });
  if (places.size === 0) return;
  const held = await lockOffsets(session, [...places.values()]);
  const records = new Map<string, bigint>();
  for (const step of steps)
    for (const part of step.parts) {
      const key = keyOf({ ...step, partition: part.partition });
      if (held.get(key) !== part.from) throw offsetsFenced(step, part, held.get(key));
      held.set(key, part.next);
      records.set(key, (records.get(key) ?? 0n) + BigInt(part.records));
    }
  const keys = [...places.keys()];
  await session.query(
    `UPDATE timewell.log_stream_offsets AS o SET next_offset = n.next_offset, records = o.records + n.records
     FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[])
       AS n(view_id, topic, partition, next_offset, records)
     WHERE o.view_id = n.view_id AND o.topic = n.topic AND o.partition = n.partition`,
    [
      ...columnsOf([...places.values()]),
      keys.map((key) => held.get(key)!),
      keys.map((key) => records.get(key)!),
    ],
  );
}

/** Locks them in one order in all processes, and answers what they are. */
async function lockOffsets(
  session: SqlSession,
  places: readonly Place[],
): Promise<Map<string, bigint | undefined>> {
  const columns = columnsOf(places);
  await session.query(
    `INSERT INTO timewell.log_stream_offsets (view_id, topic, partition)
     SELECT view_id, topic, partition
     FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS a(view_id, topic, partition)
     ORDER BY view_id, topic COLLATE "C", partition ON CONFLICT DO NOTHING`,
    columns,
  );
  const rows = await session.query<{
    view_id: bigint;
    topic: string;
    partition: bigint;
    next_offset: bigint | null;
  }>(
    `SELECT o.view_id, o.topic, o.partition, o.next_offset FROM timewell.log_stream_offsets AS o
     JOIN unnest($1::bigint[], $2::text[], $3::bigint[]) AS a(view_id, topic, partition)
       USING (view_id, topic, partition)
     ORDER BY o.view_id, o.topic, o.partition FOR UPDATE OF o`,
    columns,
  );
  return new Map(
    rows.map(({ view_id, topic, partition, next_offset }) => [
      keyOf({ viewId: Number(view_id), topic, partition: Number(partition) }),
      next_offset ?? undefined,
    ]),
  );
}

function keyOf({ viewId, topic, partition }: Place): string {
  return `${viewId}/${topic}/${partition}`;
}

function columnsOf(places: readonly Place[]): [bigint[], string[], bigint[]] {
  return [
    places.map(({ viewId }) => BigInt(viewId)),
    places.map(({ topic }) => topic),
    places.map(({ partition }) => BigInt(partition)),
  ];
}
