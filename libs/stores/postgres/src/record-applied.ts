import { type Lease, leaseFenced } from "@timewell/store-ports";
import type { Outcome } from "./group-commit.ts";
import type { SqlSession } from "./sql-database.ts";
import { type Span, type StampRun, stampRuns } from "./stamp-runs.ts";

/** How far a partition is applied, and the stamps of rows that were. */
export interface AppliedRecord {
  readonly lease: Lease;
  readonly applied: bigint;
  /** Of two stamps of one position the first counts. */
  readonly stamps: readonly { readonly position: bigint; readonly availableTimeUs: bigint }[];
}

/** Records several partitions, no two the same, in a transaction; those whose lease is another's by now are FENCED. */
export async function recordApplied(
  session: SqlSession,
  records: readonly AppliedRecord[],
): Promise<Outcome<void>[]> {
  const held = await lockLeases(session, records);
  const ours = records.filter(({ lease }) => held.has(lease.partition));
  if (ours.length > 0) await record(session, ours);
  return records.map(({ lease }) =>
    held.has(lease.partition) ? { ok: true, result: undefined } : { ok: false, reason: leaseFenced(lease) },
  );
}

/** Leases are locked in order of partition, as everywhere: nobody else stamps rows of these partitions until the commit. */
async function lockLeases(session: SqlSession, records: readonly AppliedRecord[]): Promise<Set<number>> {
  const rows = await session.query<{ partition: bigint }>(
    `SELECT l.partition FROM timewell.log_leases AS l
     JOIN unnest($1::bigint[], $2::bigint[]) AS a(partition, epoch) USING (partition, epoch)
     ORDER BY l.partition FOR UPDATE OF l`,
    [records.map(({ lease }) => BigInt(lease.partition)), records.map(({ lease }) => lease.epoch)],
  );
  return new Set(rows.map(({ partition }) => Number(partition)));
}

async function record(session: SqlSession, records: readonly AppliedRecord[]): Promise<void> {
  const wanted = records.map(({ lease, stamps }) => ({ lease, stamps, runs: stampRuns(stamps) }));
  const taken = await stampedSpans(session, wanted);
  const runs = wanted.flatMap(({ lease: { partition }, stamps, runs: all }) => {
    const spans = taken.get(partition);
    return (spans === undefined ? all : stampRuns(stamps, spans)).map((run) => ({ ...run, partition }));
  });
  // The rows are counted where they are: positions that are not there have no stamp.
  await session.query(
    `WITH moved AS (
       UPDATE timewell.log_leases AS l SET applied = greatest(l.applied, a.applied)
       FROM unnest($1::bigint[], $2::bigint[]) AS a(partition, applied) WHERE l.partition = a.partition
     ), stamped AS (
       SELECT a.*, r.* FROM unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
         AS a(partition, first, last, available_time)
       CROSS JOIN LATERAL (
         SELECT view_id, count(*) AS rows, max(event_time) AS event_time_max,
           min(position) AS there_first, max(position) AS there_last
         FROM timewell.log_rows AS r WHERE r.partition = a.partition AND r.position BETWEEN a.first AND a.last
         GROUP BY view_id
       ) AS r
     ), counted AS (
       INSERT INTO timewell.log_view_counts (view_id, rows, applied, event_time_max)
       SELECT view_id, 0, sum(rows), max(event_time_max) FROM stamped GROUP BY view_id
     )
     INSERT INTO timewell.log_stamps (partition, first, last, available_time)
     SELECT partition, min(there_first), max(there_last), available_time
     FROM stamped GROUP BY partition, first, available_time`,
    [
      records.map(({ lease }) => BigInt(lease.partition)),
      records.map(({ applied }) => applied),
      ...columnsOf(runs),
    ],
  );
}

/** Positions between the first and the last run of each record that have stamps already, in order. */
async function stampedSpans(
  session: SqlSession,
  wanted: readonly (Pick<AppliedRecord, "lease"> & { readonly runs: readonly StampRun[] })[],
): Promise<Map<number, Span[]>> {
  const asked = wanted.flatMap(({ lease: { partition }, runs }) => {
    if (runs.length === 0) return [];
    return [{ partition, first: runs[0]!.first, last: runs.at(-1)!.last, availableTimeUs: 0n }];
  });
  if (asked.length === 0) return new Map();
  const [partitions, firsts, lasts] = columnsOf(asked);
  const found = await session.query<Record<"partition" | "first" | "last", bigint>>(
    `SELECT s.partition, s.first, s.last FROM unnest($1::bigint[], $2::bigint[], $3::bigint[])
       AS a(partition, first, last)
     CROSS JOIN LATERAL (
       SELECT * FROM timewell.log_stamps
       WHERE partition = a.partition AND last >= a.first AND first <= a.last ORDER BY last
     ) AS s`,
    [partitions, firsts, lasts],
  );
  return Map.groupBy(found, ({ partition }) => Number(partition));
}

function columnsOf(
  runs: readonly (StampRun & { readonly partition: number })[],
): [bigint[], bigint[], bigint[], bigint[]] {
  return [
    runs.map(({ partition }) => BigInt(partition)),
    runs.map(({ first }) => first),
    runs.map(({ last }) => last),
    runs.map(({ availableTimeUs }) => availableTimeUs),
  ];
}
