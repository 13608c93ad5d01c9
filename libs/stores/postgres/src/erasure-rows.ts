import { toBinary } from "@bufbuild/protobuf";
import { EraseReceiptSchema, type EraseReceipt } from "@timewell/contracts";
import { unknownErasure, type Erasure } from "@timewell/store-ports";
import type { SqlSession } from "./sql-database.ts";
import { readMessage } from "./training-row.ts";

interface ErasureRow {
  readonly erasure_id: string;
  readonly project: string;
  readonly view_ids: readonly (bigint | string | number)[];
  readonly started_at: bigint;
  readonly erased_at: bigint | null;
  readonly receipt: Uint8Array;
}

/** Begins an erasure, or goes on with the one of the same entity. */
export async function beginErasure(
  session: SqlSession,
  { project, viewIds, startedAtUs, receipt }: Omit<Erasure, "finished">,
): Promise<Erasure> {
  const [row] = await session.query<ErasureRow>(
    `INSERT INTO timewell.erasures AS known
       (erasure_id, project, entity, key_sha256, view_ids, training_set_ids, started_at, receipt)
     VALUES ($1, $2, $3, $4, $5::bigint[], $6::text[], $7, $8)
     ON CONFLICT (project, entity, key_sha256) WHERE erased_at IS NULL DO UPDATE SET view_ids =
       (SELECT array_agg(DISTINCT id ORDER BY id) FROM unnest(known.view_ids || excluded.view_ids) AS ids (id))
     RETURNING *`,
    [
      receipt.id,
      project,
      receipt.entity,
      receipt.keySha256,
      viewIds.map(BigInt),
      receipt.trainingSetIds,
      startedAtUs,
      toBinary(EraseReceiptSchema, receipt),
    ],
  );
  return toErasure(row!);
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
    startedAtUs: row.started_at,
    finished: row.erased_at !== null,
    receipt: readMessage(EraseReceiptSchema, row.receipt, `receipt ${row.erasure_id}`),
  };
}
