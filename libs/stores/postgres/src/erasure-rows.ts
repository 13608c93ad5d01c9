import { toBinary } from "@bufbuild/protobuf";
import { EraseReceiptSchema, type EraseReceipt } from "@timewell/contracts";
import { unknownErasure, type ErasedKeys, type Erasure } from "@timewell/store-ports";
import type { SqlDatabase, SqlSession } from "./sql-database.ts";
import { readMessage } from "./training-row.ts";

interface ErasureRow {
  readonly erasure_id: string;
  readonly project: string;
  readonly view_ids: readonly (bigint | string | number)[];
  readonly keys_sha256: readonly string[];
  readonly started_at: bigint;
  readonly erased_at: bigint | null;
  readonly receipt: Uint8Array;
}

/** Begins an erasure, or goes on with the one of the same entity. One after another: erasures are numbered in the order of their commits. */
export async function beginErasure(
  database: SqlDatabase,
  { project, viewIds, keysSha256, startedAtUs, receipt }: Omit<Erasure, "finished">,
): Promise<Erasure> {
  const rows = await database.transaction(async (session) => {
    await session.script("LOCK TABLE timewell.erasures IN SHARE ROW EXCLUSIVE MODE");
    return session.query<ErasureRow>(
      `INSERT INTO timewell.erasures AS known
         (number, erasure_id, project, entity, key_sha256, view_ids, keys_sha256, training_set_ids, started_at, receipt)
       SELECT count(*) + 1, $1, $2, $3, $4, $5::bigint[], $6::text[], $7::text[], $8::bigint, $9 FROM timewell.erasures
       ON CONFLICT (project, entity, key_sha256) WHERE erased_at IS NULL DO UPDATE SET
         view_ids = (SELECT array_agg(DISTINCT id ORDER BY id) FROM unnest(known.view_ids || excluded.view_ids) AS ids (id)),
         keys_sha256 = (SELECT array_agg(DISTINCT key ORDER BY key) FROM unnest(known.keys_sha256 || excluded.keys_sha256) AS keys (key))
       RETURNING *`,
      [
        receipt.id,
        project,
        receipt.entity,
        receipt.keySha256,
        viewIds.map(BigInt),
        [...keysSha256].sort(),
        receipt.trainingSetIds,
        startedAtUs,
        toBinary(EraseReceiptSchema, receipt),
      ],
    );
  });
  return toErasure(rows[0]!);
}

/** Keys of a view version's erasures that are not finished, or came after the first so many. */
export async function erasedKeys(
  session: SqlSession,
  viewId: number,
  after: number | undefined,
): Promise<ErasedKeys> {
  const [row] = await session.query<{ begun: bigint | null; keys: string | null }>(
    `SELECT (SELECT max(number) FROM timewell.erasures) AS begun,
       (SELECT string_agg(DISTINCT key, ',' ORDER BY key) FROM timewell.erasures, unnest(keys_sha256) AS keys (key)
        WHERE (erased_at IS NULL OR number > $2::bigint) AND view_ids @> ARRAY[$1::bigint]) AS keys`,
    [BigInt(viewId), after === undefined ? null : BigInt(after)],
  );
  return { begun: Number(row?.begun ?? 0n), keysSha256: row?.keys?.split(",") ?? [] };
}

/** Records how far an erasure is. */
export async function recordErasure(
  session: SqlSession,
  receipt: EraseReceipt,
  finished: boolean,
): Promise<void> {
  const known = await session.query(
    `UPDATE timewell.erasures SET receipt = $2, training_set_ids = $3::text[], erased_at = $4::bigint
     WHERE erasure_id = $1 RETURNING erasure_id`,
    [
      receipt.id,
      toBinary(EraseReceiptSchema, receipt),
      receipt.trainingSetIds,
      finished ? receipt.erasedAtUs : null,
    ],
  );
  if (known.length === 0) throw unknownErasure(receipt.id);
}

/** Erasures that meet a condition, the latest first. */
export async function erasuresWhere(
  session: SqlSession,
  condition: string,
  values: readonly unknown[],
): Promise<Erasure[]> {
  const rows = await session.query<ErasureRow>(
    `SELECT * FROM timewell.erasures WHERE ${condition} ORDER BY started_at DESC, erasure_id`,
    values as never,
  );
  return rows.map(toErasure);
}

function toErasure(row: ErasureRow): Erasure {
  return {
    project: row.project,
    viewIds: row.view_ids.map(Number),
    keysSha256: row.keys_sha256,
    startedAtUs: row.started_at,
    finished: row.erased_at !== null,
    receipt: readMessage(EraseReceiptSchema, row.receipt, `receipt ${row.erasure_id}`),
  };
}
