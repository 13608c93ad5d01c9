import { FeatureStoreError } from "@timewell/errors";
import { partitionOf } from "@timewell/keys";
import {
  requestIdReused,
  type AppendExtras,
  type AppendRequest,
  type AppendResult,
  type LogAppend,
  type LogPosition,
  type LogRow,
  type QuarantineLimits,
} from "@timewell/store-ports";
import { EventIdTable } from "./event-id-table.ts";
import type { Outcome } from "./group-commit.ts";
import { copyLogRows, encodeLogRows, type PlacedRow, writtenRows } from "./log-row-copy.ts";
import type { PgSession } from "./pg-database.ts";
import { quarantineExtras } from "./quarantine-table.ts";
import { advanceStreamOffsets } from "./stream-offset-table.ts";

/** One call of `append`. */
export interface Append {
  readonly rows: readonly LogAppend[];
  readonly request: AppendRequest | undefined;
  readonly extras: AppendExtras | undefined;
}

/**
 * Appends inside a transaction. Locks are taken in one order in all processes: requests by (scope, id), then partitions by
 * number, then offsets of topics, then counts of the quarantine; so nobody waits in a circle. Heads stay locked until the commit:
 * positions are in commit order, and nobody else adds an event of these entities.
 * A request that was seen before gets its outcome without an effect. FENCED, for all, where the extras of one append cannot be done.
 * `written` is what the log has in addition once the transaction is committed.
 */
export async function appendInTransaction(
  session: PgSession,
  appends: readonly Append[],
  { nowUs, limits }: { readonly nowUs: bigint; readonly limits: QuarantineLimits },
): Promise<{ readonly outcomes: Outcome<AppendResult>[]; readonly written: readonly LogRow[] }> {
  const seen = await claimRequests(session, appends, nowUs);
  const fresh = appends.filter((append) => !seen.has(append));
  const heads = await lockHeads(session, fresh);
  const extras = fresh.flatMap((append) => append.extras ?? []);
  if (extras.length > 0) {
    await advanceStreamOffsets(
      session,
      extras.flatMap(({ offsets }) => offsets ?? []),
    );
    await quarantineExtras(session, extras, { limits, nowUs });
  }
  const events = await EventIdTable.load(
    session,
    fresh.flatMap(({ rows }) => rows),
  );
  const placed: PlacedRow[] = [];
  const answers: { readonly request: AppendRequest; readonly answer: Uint8Array }[] = [];
  const outcomes = appends.map((append): Outcome<AppendResult> => {
    const known = seen.get(append);
    if (known !== undefined) return known;
    const placedBefore = placed.length;
    const positions = append.rows.map((row) => place(row, { heads, placed, events }));
    const duplicates = append.rows.length - (placed.length - placedBefore);
    const { request } = append;
    if (request !== undefined) answers.push({ request, answer: request.encodeAnswer(positions) });
    return { ok: true, result: { positions, duplicates, replayedAnswer: undefined } };
  });
  let written: readonly LogRow[] = [];
  if (placed.length > 0) {
    const bytes = encodeLogRows(placed, nowUs);
    await session.copyIn(copyLogRows, bytes);
    written = writtenRows(placed, bytes, nowUs);
    await moveHeads(session, heads, placed);
    await events.store(session);
  }
  if (answers.length > 0) {
    await session.query(
      `UPDATE timewell.log_requests AS r SET answer = a.answer
       FROM unnest($1::text[], $2::text[], $3::bytea[]) AS a(scope, id, answer)
       WHERE r.scope = a.scope AND r.id = a.id`,
      [
        answers.map(({ request }) => request.scope),
        answers.map(({ request }) => request.id),
        answers.map(({ answer }) => answer),
      ],
    );
  }
  return { outcomes, written };
}

/** Claims the requests; those that were there before come back with their outcomes. A twin in flight is waited for. */
async function claimRequests(
  session: PgSession,
  appends: readonly Append[],
  nowUs: bigint,
): Promise<Map<Append, Outcome<AppendResult>>> {
  const requested = appends.filter((append) => append.request !== undefined);
  if (requested.length === 0) return new Map();
  const requests = requested.map(({ request }) => request!);
  const scopes = requests.map(({ scope }) => scope);
  const ids = requests.map(({ id }) => id);
  const claimed = await session.query<{ scope: string; id: string }>(
    `INSERT INTO timewell.log_requests (scope, id, digest, created_at)
     SELECT scope, id, digest, $4::bigint
     FROM unnest($1::text[], $2::text[], $3::bytea[]) AS a(scope, id, digest)
     ORDER BY scope COLLATE "C", id COLLATE "C"
     ON CONFLICT DO NOTHING RETURNING scope, id`,
    [scopes, ids, requests.map(({ digest }) => digest), nowUs],
  );
  const claimedKeys = new Set(claimed.map(requestKey));
  const others = requested.filter(({ request }) => !claimedKeys.has(requestKey(request!)));
  if (others.length === 0) return new Map();
  const stored = await session.query<{ scope: string; id: string; digest: Uint8Array; answer: Uint8Array }>(
    `SELECT r.scope, r.id, r.digest, r.answer FROM timewell.log_requests AS r
     JOIN unnest($1::text[], $2::text[]) AS a(scope, id) ON r.scope = a.scope AND r.id = a.id`,
    [others.map(({ request }) => request!.scope), others.map(({ request }) => request!.id)],
  );
  const storedByKey = new Map(stored.map((it) => [requestKey(it), it]));
  return new Map(
    others.map((append) => [append, replay(append.request!, storedByKey.get(requestKey(append.request!)))]),
  );
}

function replay(
  request: AppendRequest,
  stored: { readonly digest: Uint8Array; readonly answer: Uint8Array } | undefined,
): Outcome<AppendResult> {
  if (stored === undefined) {
    const reason = new FeatureStoreError(
      "STORE_UNAVAILABLE",
      `Cannot append under request id ${request.id}: it was forgotten at this moment`,
      { hint: "Send the request again" },
    );
    return { ok: false, reason };
  }
  if (Buffer.compare(stored.digest, request.digest) !== 0) {
    return { ok: false, reason: requestIdReused(request) };
  }
  return { ok: true, result: { positions: [], duplicates: 0, replayedAnswer: stored.answer } };
}

/** Tells requests apart, as the log does: by scope and id. */
export function requestKey({ scope, id }: { readonly scope: string; readonly id: string }): string {
  return JSON.stringify([scope, id]);
}

async function lockHeads(session: PgSession, appends: readonly Append[]): Promise<Map<number, bigint>> {
  const partitions = new Set(appends.flatMap(({ rows }) => rows.map((row) => partitionOf(row.entityKey))));
  if (partitions.size === 0) return new Map();
  const heads = await session.query<{ partition: bigint; head: bigint }>(
    "SELECT partition, head FROM timewell.log_heads WHERE partition = ANY($1::bigint[]) ORDER BY partition FOR UPDATE",
    [[...partitions].map(BigInt)],
  );
  return new Map(heads.map(({ partition, head }) => [Number(partition), head]));
}

interface Placing {
  readonly heads: Map<number, bigint>;
  readonly placed: PlacedRow[];
  readonly events: EventIdTable;
}

function place(row: LogAppend, { heads, placed, events }: Placing): LogPosition {
  const partition = partitionOf(row.entityKey);
  const known = events.get(row);
  if (known !== undefined) return { partition, position: known };
  const position = heads.get(partition)! + 1n;
  heads.set(partition, position);
  placed.push({ row, place: { partition, position } });
  events.add(row, position);
  return { partition, position };
}

async function moveHeads(
  session: PgSession,
  heads: ReadonlyMap<number, bigint>,
  placed: readonly PlacedRow[],
): Promise<void> {
  const rowsByView = new Map<number, number>();
  for (const { row } of placed) rowsByView.set(row.viewId, (rowsByView.get(row.viewId) ?? 0) + 1);
  await session.query(
    `WITH moved AS (
       UPDATE timewell.log_heads AS h SET head = n.head
       FROM unnest($1::bigint[], $2::bigint[]) AS n(partition, head) WHERE h.partition = n.partition
     )
     INSERT INTO timewell.log_view_counts (view_id, rows, applied)
     SELECT view_id, rows, 0 FROM unnest($3::bigint[], $4::bigint[]) AS c(view_id, rows)`,
    [
      [...heads.keys()].map(BigInt),
      [...heads.values()],
      [...rowsByView.keys()].map(BigInt),
      [...rowsByView.values()].map(BigInt),
    ],
  );
}
