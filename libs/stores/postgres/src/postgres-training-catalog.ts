import { toBinary } from "@bufbuild/protobuf";
import {
  GetTrainingSetRequestSchema,
  OfflineSnapshotSchema,
  ReceiptSchema,
  type EraseReceipt,
  type OfflineSnapshot,
  type Receipt,
} from "@timewell/contracts";
import {
  receiptHead,
  receiptShard,
  snapshotNotFound,
  trainingSetNotFound,
  type ErasedKeys,
  type Erasure,
  type ListedTrainingSet,
  type SourceDigest,
  type TrainingCatalog,
  type TrainingSetEntry,
  type TrainingSetQuery,
} from "@timewell/store-ports";
import { beginErasure, erasedKeys, erasuresWhere, recordErasure } from "./erasure-rows.ts";
import type { SqlDatabase } from "./sql-database.ts";
import { sqlStateBelow } from "./sql-state-below.ts";
import { readMessage, toEntry, type TrainingSetRow } from "./training-row.ts";

/** SQLSTATE of a reference to a row that is not there. */
const foreignKeyViolation = "23503";

/** Training sets, snapshots and digests of source files in PostgreSQL. */
export class PostgresTrainingCatalog implements TrainingCatalog {
  readonly engine: "pglite" | "postgres";
  readonly #database: SqlDatabase;

  /** Works on a database that is migrated; `close` closes it. */
  constructor(engine: "pglite" | "postgres", database: SqlDatabase) {
    this.engine = engine;
    this.#database = database;
  }

  async putSnapshot(snapshot: OfflineSnapshot): Promise<void> {
    await this.#database.query(
      `INSERT INTO timewell.training_snapshots (snapshot_id, snapshot) VALUES ($1, $2)
       ON CONFLICT DO NOTHING`,
      [snapshot.snapshotId, toBinary(OfflineSnapshotSchema, snapshot)],
    );
  }

  async snapshot(snapshotId: string): Promise<OfflineSnapshot | undefined> {
    const [row] = await this.#database.query<{ snapshot: Uint8Array }>(
      "SELECT snapshot FROM timewell.training_snapshots WHERE snapshot_id = $1",
      [snapshotId],
    );
    return row && readMessage(OfflineSnapshotSchema, row.snapshot, `snapshot ${snapshotId}`);
  }

  async putTrainingSet(entry: TrainingSetEntry): Promise<TrainingSetEntry> {
    try {
      const [row] = await this.#database.query<TrainingSetRow>(
        `INSERT INTO timewell.training_sets AS known
           (training_set_id, project, feature_service, registry_version, grace, snapshot_id,
            labels_digest, labels_kept, rows, request, created_at, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (training_set_id)
           DO UPDATE SET labels_kept = known.labels_kept OR excluded.labels_kept
         RETURNING *`,
        [
          entry.trainingSetId,
          entry.project,
          entry.featureService,
          entry.registryVersion,
          entry.graceUs,
          entry.snapshotId,
          entry.labelsDigest,
          entry.labelsKept,
          entry.rows,
          toBinary(GetTrainingSetRequestSchema, entry.request),
          entry.createdAtUs,
          entry.createdBy,
        ],
      );
      return toEntry(row!);
    } catch (error) {
      if (sqlStateBelow(error) === foreignKeyViolation) throw snapshotNotFound(entry.snapshotId);
      throw error;
    }
  }

  async findTrainingSets(project: string, idPrefix: string, entriesMax: number): Promise<TrainingSetEntry[]> {
    const rows = await this.#database.query<TrainingSetRow>(
      `SELECT * FROM timewell.training_sets
       WHERE project = $1 AND training_set_id >= $2 AND left(training_set_id, length($2)) = $2
       ORDER BY training_set_id LIMIT $3::bigint`,
      [project, idPrefix, entriesMax],
    );
    return rows.map(toEntry);
  }

  async listTrainingSets(query: TrainingSetQuery): Promise<ListedTrainingSet[]> {
    const { project, featureService, after, entriesMax } = query;
    const rows = await this.#database.query<TrainingSetRow & { readonly receipts: bigint }>(
      `SELECT *, (SELECT count(*) FROM timewell.training_receipts AS it
                  WHERE it.training_set_id = listed.training_set_id) AS receipts
       FROM timewell.training_sets AS listed
       WHERE project = $1 AND ($2::text IS NULL OR feature_service = $2)
         AND ($3::bigint IS NULL OR (created_at, training_set_id) < ($3::bigint, $4::text))
       ORDER BY created_at DESC, training_set_id DESC LIMIT $5::bigint`,
      [project, featureService ?? null, after?.createdAtUs ?? null, after?.trainingSetId ?? null, entriesMax],
    );
    return rows.map((row) => ({ entry: toEntry(row), receipts: Number(row.receipts) }));
  }

  async putReceipt(receipt: Receipt): Promise<Receipt> {
    const { trainingSetId } = receipt;
    const { index, count } = receiptShard(receipt);
    try {
      await this.#database.query(
        `INSERT INTO timewell.training_receipts (training_set_id, shard_count, shard_index, receipt, head)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
        [
          trainingSetId,
          count,
          index,
          toBinary(ReceiptSchema, receipt),
          toBinary(ReceiptSchema, receiptHead(receipt)),
        ],
      );
    } catch (error) {
      if (sqlStateBelow(error) === foreignKeyViolation) throw trainingSetNotFound(trainingSetId);
      throw error;
    }
    const [row] = await this.#database.query<{ receipt: Uint8Array }>(
      `SELECT receipt FROM timewell.training_receipts
       WHERE training_set_id = $1 AND shard_count = $2 AND shard_index = $3`,
      [trainingSetId, count, index],
    );
    return readMessage(ReceiptSchema, row!.receipt, `the receipt of training set ${trainingSetId}`);
  }

  async receipts(trainingSetId: string, receiptsMax: number): Promise<Receipt[]> {
    const rows = await this.#database.query<{ receipt: Uint8Array }>(
      `SELECT receipt FROM timewell.training_receipts
       WHERE training_set_id = $1 ORDER BY shard_count, shard_index LIMIT $2::bigint`,
      [trainingSetId, receiptsMax],
    );
    const what = `the receipts of training set ${trainingSetId}`;
    return rows.map(({ receipt }) => readMessage(ReceiptSchema, receipt, what));
  }

  async receiptHeads(trainingSetIds: readonly string[]): Promise<Map<string, Receipt[]>> {
    const rows = await this.#database.query<{ training_set_id: string; head: Uint8Array }>(
      `SELECT training_set_id, head FROM timewell.training_receipts
       WHERE training_set_id = ANY($1::text[]) ORDER BY training_set_id, shard_count, shard_index`,
      [trainingSetIds],
    );
    const heads = new Map<string, Receipt[]>();
    for (const { training_set_id: id, head } of rows) {
      const receipt = readMessage(ReceiptSchema, head, `the receipts of training set ${id}`);
      heads.set(id, [...(heads.get(id) ?? []), receipt]);
    }
    return heads;
  }

  async sourceDigests(paths: readonly string[]): Promise<Map<string, SourceDigest>> {
    const rows = await this.#database.query<SourceDigest>(
      "SELECT path, bytes, state, sha256 FROM timewell.source_digests WHERE path = ANY($1::text[])",
      [paths],
    );
    return new Map(rows.map((row) => [row.path, row]));
  }

  async putSourceDigests(digests: readonly SourceDigest[]): Promise<void> {
    if (digests.length === 0) return;
    // In one order, so that two writers do not wait for each other's rows.
    const sorted = [...digests].sort((a, b) => (a.path < b.path ? -1 : 1));
    await this.#database.query(
      `INSERT INTO timewell.source_digests (path, bytes, state, sha256)
       SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[])
       ON CONFLICT (path) DO UPDATE
         SET bytes = excluded.bytes, state = excluded.state, sha256 = excluded.sha256`,
      [
        sorted.map(({ path }) => path),
        sorted.map(({ bytes }) => bytes),
        sorted.map(({ state }) => state),
        sorted.map(({ sha256 }) => sha256),
      ],
    );
  }

  async beginErasure(erasure: Omit<Erasure, "finished">): Promise<Erasure> {
    return beginErasure(this.#database, erasure);
  }

  async recordErasure(receipt: EraseReceipt, finished: boolean): Promise<void> {
    await recordErasure(this.#database, receipt, finished);
  }

  async erasuresOfEntity(project: string, entity: string, keySha256: string): Promise<Erasure[]> {
    return erasuresWhere(this.#database, "project = $1 AND entity = $2 AND key_sha256 = $3", [
      project,
      entity,
      keySha256,
    ]);
  }

  async erasuresOfViews(viewIds: readonly number[], sinceUs: bigint): Promise<Erasure[]> {
    return erasuresWhere(
      this.#database,
      "view_ids && $1::bigint[] AND (erased_at IS NULL OR erased_at >= $2::bigint)",
      [viewIds.map(BigInt), sinceUs],
    );
  }

  async erasedKeys(viewId: number, after?: number): Promise<ErasedKeys> {
    return erasedKeys(this.#database, viewId, after);
  }

  async erasureOfTrainingSet(trainingSetId: string): Promise<string | undefined> {
    const found = await erasuresWhere(this.#database, "training_set_ids @> ARRAY[$1::text]", [trainingSetId]);
    return found.at(-1)?.receipt.id;
  }

  async check(): Promise<void> {
    await this.#database.query("SELECT 1 FROM timewell.training_sets LIMIT 1");
  }

  async close(): Promise<void> {
    await this.#database.close();
  }
}
