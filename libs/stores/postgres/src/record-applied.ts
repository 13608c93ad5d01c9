import { type Lease, leaseFenced } from "@timewell/store-ports";
import type { Outcome } from "./group-commit.ts";
import type { SqlSession } from "./sql-database.ts";

/** How far a partition is applied, and the stamps of rows that were. */
export interface AppliedRecord {
  readonly lease: Lease;
  readonly applied: bigint;
  /** Position to available time, µs UTC. */
  readonly stamps: ReadonlyMap<bigint, bigint>;
}

/** Records several partitions, no two the same, in one statement; those whose lease is another's by now are FENCED. */
export async function recordApplied(
  session: SqlSession,
  records: readonly AppliedRecord[],
): Promise<Outcome<void>[]> {
  const stamped = records.flatMap(({ lease, stamps }) =>
    [...stamps].map(([position, availableTimeUs]) => ({ lease, position, availableTimeUs })),
  );
  // Leases are locked in order of partition, as everywhere.
  const moved = await session.query<{ partition: bigint }>(
    `WITH asked AS (
       SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS a(partition, epoch, applied)
     ), held AS (
       SELECT l.partition, asked.applied FROM timewell.log_leases AS l
       JOIN asked ON asked.partition = l.partition AND asked.epoch = l.epoch
       ORDER BY l.partition FOR UPDATE OF l
     ), moved AS (
       UPDATE timewell.log_leases AS l SET applied = greatest(l.applied, held.applied)
       FROM held WHERE l.partition = held.partition
       RETURNING l.partition
     ), stamped AS (
       UPDATE timewell.log_rows AS r SET available_time = s.available_time
       FROM moved, unnest($4::bigint[], $5::bigint[], $6::bigint[]) AS s(partition, position, available_time)
       WHERE s.partition = moved.partition
         AND r.partition = s.partition AND r.position = s.position AND r.available_time IS NULL
       RETURNING r.view_id, r.event_time
     ), counted AS (
       INSERT INTO timewell.log_view_counts (view_id, rows, applied, event_time_max)
       SELECT view_id, 0, count(*), max(event_time) FROM stamped GROUP BY view_id
     )
     SELECT partition FROM moved`,
    [
      records.map(({ lease }) => BigInt(lease.partition)),
      records.map(({ lease }) => lease.epoch),
      records.map(({ applied }) => applied),
      stamped.map(({ lease }) => BigInt(lease.partition)),
      stamped.map(({ position }) => position),
      stamped.map(({ availableTimeUs }) => availableTimeUs),
    ],
  );
  const held = new Set(moved.map(({ partition }) => Number(partition)));
  return records.map(({ lease }) =>
    held.has(lease.partition) ? { ok: true, result: undefined } : { ok: false, reason: leaseFenced(lease) },
  );
}
