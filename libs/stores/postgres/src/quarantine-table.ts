import type { ErrorKind } from "@timewell/errors";
import {
  keptOfQuarantine,
  quarantineFenced,
  type AppendExtras,
  type QuarantineAppend,
  type QuarantinedRow,
  type QuarantineEntry,
  type QuarantineFilter,
  type QuarantineLimits,
  type QuarantinePage,
  type ViewQuarantineCount,
} from "@timewell/store-ports";
import type { SqlSession, SqlValue } from "./sql-database.ts";

interface EntryColumns {
  readonly id: bigint;
  readonly view_id: bigint;
  readonly origin: "push" | "stream";
  readonly kind: ErrorKind;
  readonly message: Buffer;
  readonly constraint_name: string;
  readonly came_from: Buffer;
  readonly record_time: bigint | null;
  readonly content_bytes: bigint;
  readonly refused_at: bigint;
}

interface RowColumns extends EntryColumns {
  readonly entity_key: Uint8Array | null;
  readonly record_key: Uint8Array | null;
  readonly content: Uint8Array;
}

const entryColumns =
  "id, view_id, origin, kind, message, constraint_name, came_from, record_time, content_bytes, refused_at";

/** The conditions of a filter, on $1 to $4. */
const meetsFilter = `($1::bigint[] IS NULL OR view_id = ANY($1)) AND ($2::bigint[] IS NULL OR id = ANY($2))
  AND ($3::text IS NULL OR kind = $3) AND ($4::bigint IS NULL OR refused_at < $4)`;

function filterValues({ viewIds, ids, kind, refusedBeforeUs }: QuarantineFilter): SqlValue[] {
  return [viewIds?.map(BigInt) ?? null, ids ?? null, kind ?? null, refusedBeforeUs ?? null];
}

/** A page of the quarantine, the latest first. */
export async function listQuarantine(
  session: SqlSession,
  filter: QuarantineFilter,
  { beforeId, rowsMax }: QuarantinePage,
): Promise<QuarantineEntry[]> {
  const rows = await session.query<EntryColumns>(
    `SELECT ${entryColumns} FROM timewell.log_quarantine
     WHERE ${meetsFilter} AND ($5::bigint IS NULL OR id < $5) ORDER BY id DESC LIMIT $6`,
    [...filterValues(filter), beforeId ?? null, rowsMax],
  );
  return rows.map(entryOf);
}

/** One row of the quarantine. */
export async function getQuarantined(session: SqlSession, id: bigint): Promise<QuarantinedRow | undefined> {
  const [row] = await session.query<RowColumns>(
    `SELECT ${entryColumns}, entity_key, record_key, content FROM timewell.log_quarantine WHERE id = $1`,
    [id],
  );
  return (
    row && {
      ...entryOf(row),
      entityKey: row.entity_key ?? undefined,
      recordKey: row.record_key ?? undefined,
      content: row.content,
    }
  );
}

/** Counts by view version, in order of id. */
export async function countQuarantine(session: SqlSession): Promise<ViewQuarantineCount[]> {
  const rows = await session.query<{ view_id: bigint; rows: bigint; overflowed: bigint }>(
    `SELECT view_id, rows, overflowed FROM timewell.log_quarantine_counts
     WHERE rows > 0 OR overflowed > 0 ORDER BY view_id`,
  );
  return rows.map(({ view_id, rows: count, overflowed }) => ({
    viewId: Number(view_id),
    rows: count,
    overflowed,
  }));
}

/** Drops up to `rowsMax` rows that meet the filter and, where a key is given, are of its entity; returns how many. */
export async function dropQuarantined(
  session: SqlSession,
  filter: QuarantineFilter,
  { rowsMax, entityKey }: { readonly rowsMax: number; readonly entityKey?: Uint8Array },
): Promise<number> {
  await session.query(
    `SELECT 1 FROM timewell.log_quarantine_counts WHERE $1::bigint[] IS NULL OR view_id = ANY($1)
     ORDER BY view_id FOR UPDATE`,
    [filter.viewIds?.map(BigInt) ?? null],
  );
  const [dropped] = await session.query<{ rows: bigint }>(
    `WITH gone AS (
       DELETE FROM timewell.log_quarantine WHERE id IN (
         SELECT id FROM timewell.log_quarantine
         WHERE ${meetsFilter} AND ($5::bytea IS NULL OR entity_key = $5) ORDER BY id LIMIT $6
       ) RETURNING view_id
     ), counted AS (
       UPDATE timewell.log_quarantine_counts AS c SET rows = c.rows - g.rows
       FROM (SELECT view_id, count(*) AS rows FROM gone GROUP BY view_id) AS g WHERE c.view_id = g.view_id
     ) SELECT count(*) AS rows FROM gone`,
    [...filterValues(filter), entityKey ?? null, rowsMax],
  );
  return Number(dropped!.rows);
}

/** Does the quarantine's part of appends, one after the other; FENCED where a row to take out is not there. */
export async function quarantineExtras(
  session: SqlSession,
  extras: readonly AppendExtras[],
  { limits, nowUs }: { readonly limits: QuarantineLimits; readonly nowUs: bigint },
): Promise<void> {
  const taken = extras.flatMap(({ dropQuarantined: ids = [] }) => ids);
  const added = extras.flatMap(({ quarantined = [] }) => quarantined);
  if (taken.length === 0 && added.length === 0) return;
  const found = await session.query<{ view_id: bigint }>(
    "SELECT DISTINCT view_id FROM timewell.log_quarantine WHERE id = ANY($1::bigint[])",
    [taken],
  );
  await lockCounts(session, [
    ...found.map(({ view_id }) => Number(view_id)),
    ...added.map((row) => row.viewId),
  ]);
  if (taken.length > 0) {
    // Twins differ from what is dropped, too: of two appends that take out one row, one has come too late.
    const dropped = await dropQuarantined(session, { ids: taken }, { rowsMax: taken.length });
    if (dropped !== taken.length) throw quarantineFenced(taken);
  }
  if (added.length > 0) await addQuarantined(session, added, { limits, nowUs });
}

async function lockCounts(session: SqlSession, viewIds: readonly number[]): Promise<void> {
  const distinct = [...new Set(viewIds)].map(BigInt);
  await session.query(
    `INSERT INTO timewell.log_quarantine_counts (view_id)
     SELECT view_id FROM unnest($1::bigint[]) AS a(view_id) ORDER BY view_id ON CONFLICT DO NOTHING`,
    [distinct],
  );
  await session.query(
    "SELECT 1 FROM timewell.log_quarantine_counts WHERE view_id = ANY($1::bigint[]) ORDER BY view_id FOR UPDATE",
    [distinct],
  );
}

async function addQuarantined(
  session: SqlSession,
  rows: readonly QuarantineAppend[],
  { limits, nowUs }: { readonly limits: QuarantineLimits; readonly nowUs: bigint },
): Promise<void> {
  const rowsByView = new Map<number, number>();
  for (const row of rows) {
    const kept = keptOfQuarantine(row, limits);
    rowsByView.set(row.viewId, (rowsByView.get(row.viewId) ?? 0) + 1);
    await session.query(
      `INSERT INTO timewell.log_quarantine (view_id, origin, kind, message, constraint_name, came_from, entity_key,
         record_key, record_time, content, content_bytes, refused_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        ...[kept.viewId, kept.origin, kept.kind, Buffer.from(kept.message), kept.constraint],
        ...[
          Buffer.from(kept.from),
          kept.entityKey ?? null,
          kept.recordKey ?? null,
          kept.recordTimeUs ?? null,
        ],
        ...[kept.content, kept.contentBytes, nowUs],
      ],
    );
  }
  for (const [viewId, count] of rowsByView) {
    await session.query(
      `WITH old AS (
         SELECT rows + $2::bigint AS rows, greatest(rows + $2 - $3, 0) AS excess
         FROM timewell.log_quarantine_counts WHERE view_id = $1
       ), gone AS (
         DELETE FROM timewell.log_quarantine WHERE id IN (
           SELECT id FROM timewell.log_quarantine WHERE view_id = $1 ORDER BY id LIMIT (SELECT excess FROM old)
         )
       )
       UPDATE timewell.log_quarantine_counts AS c
       SET rows = old.rows - old.excess, overflowed = overflowed + old.excess
       FROM old WHERE c.view_id = $1`,
      [viewId, count, limits.rowsPerViewMax],
    );
  }
}

function entryOf(row: EntryColumns): QuarantineEntry {
  return {
    id: row.id,
    viewId: Number(row.view_id),
    origin: row.origin,
    kind: row.kind,
    message: row.message.toString(),
    constraint: row.constraint_name,
    from: row.came_from.toString(),
    recordTimeUs: row.record_time ?? undefined,
    contentBytes: Number(row.content_bytes),
    refusedAtUs: row.refused_at,
  };
}
