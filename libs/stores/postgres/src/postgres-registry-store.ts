import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { ModelSchema, SnapshotSchema, type Model, type Snapshot } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import {
  checkViewIdCount,
  versionConflict,
  viewIdsUsedUp,
  type ModelFilter,
  type RecordedModel,
  type RegistryStore,
} from "@timewell/store-ports";
import type { SqlDatabase } from "./sql-database.ts";
import { sqlStateBelow } from "./sql-state-below.ts";

/** SQLSTATE of a CHECK constraint that does not hold. */
const checkViolation = "23514";

interface ModelRow {
  readonly number: bigint;
  readonly model: Uint8Array;
}

/** Snapshots and models of all projects in PostgreSQL, one row for each version. */
export class PostgresRegistryStore implements RegistryStore {
  readonly engine: "pglite" | "postgres";
  readonly #database: SqlDatabase;

  /** Works on a database that is migrated; `close` closes it. */
  constructor(engine: "pglite" | "postgres", database: SqlDatabase) {
    this.engine = engine;
    this.#database = database;
  }

  async load(project: string, version?: bigint): Promise<Snapshot | undefined> {
    const [row] = await this.#database.query<{ snapshot: Uint8Array }>(
      `SELECT snapshot FROM timewell.registry_snapshots
       WHERE project = $1 AND version = coalesce($2::bigint, version) ORDER BY version DESC LIMIT 1`,
      [project, version ?? null],
    );
    if (row === undefined) return undefined;
    try {
      return fromBinary(SnapshotSchema, row.snapshot);
    } catch (cause) {
      throw new FeatureStoreError("DATA_LOSS", `Cannot load project ${project}: its snapshot is damaged`, {
        hint: "Restore the registry database from a backup",
        cause,
      });
    }
  }

  async listProjects(): Promise<{ readonly project: string; readonly version: bigint }[]> {
    return this.#database.query<{ project: string; version: bigint }>(
      "SELECT project, max(version) AS version FROM timewell.registry_snapshots GROUP BY project ORDER BY project",
    );
  }

  async allocateViewIds(count: number): Promise<number[]> {
    checkViewIdCount(count);
    if (count === 0) return [];
    try {
      const [row] = await this.#database.query<{ last_id: bigint }>(
        "UPDATE timewell.registry_view_ids SET last_id = last_id + $1::bigint RETURNING last_id",
        [count],
      );
      const first = Number(row!.last_id) - count + 1;
      return Array.from({ length: count }, (_, i) => first + i);
    } catch (error) {
      if (sqlStateBelow(error) === checkViolation) throw viewIdsUsedUp(count);
      throw error;
    }
  }

  async save(snapshot: Snapshot): Promise<void> {
    const { project, version } = snapshot;
    const saved = await this.#database.query(
      `INSERT INTO timewell.registry_snapshots (project, version, snapshot)
       SELECT $1::text, $2::bigint, $3::bytea
       WHERE $2::bigint = 1 + coalesce(
         (SELECT max(version) FROM timewell.registry_snapshots WHERE project = $1::text), 0)
       ON CONFLICT DO NOTHING
       RETURNING version`,
      [project, version, toBinary(SnapshotSchema, snapshot)],
    );
    if (saved.length === 1) return;
    const [latest] = await this.#database.query<{ version: bigint | null }>(
      "SELECT max(version) AS version FROM timewell.registry_snapshots WHERE project = $1",
      [project],
    );
    throw versionConflict(`project ${project}`, version, latest?.version ?? 0n);
  }

  async recordModel(project: string, model: Model): Promise<Model> {
    const { name, version, featureService, trainingSetId, views } = model;
    const recorded = await this.#database.query(
      `INSERT INTO timewell.registry_models
         (project, name, version, feature_service, training_set_id, views, model)
       VALUES ($1, $2, $3, $4, $5, $6::text[], $7)
       ON CONFLICT (project, name, version) DO NOTHING RETURNING number`,
      [
        project,
        name,
        version,
        featureService,
        trainingSetId,
        [...new Set(views.map(({ view }) => view))],
        toBinary(ModelSchema, model),
      ],
    );
    if (recorded.length === 1) return model;
    const [known] = await this.#database.query<ModelRow>(
      "SELECT number, model FROM timewell.registry_models WHERE project = $1 AND name = $2 AND version = $3",
      [project, name, version],
    );
    return readModel(known!);
  }

  async listModels(project: string, filter: ModelFilter, modelsMax: number): Promise<RecordedModel[]> {
    const rows = await this.#database.query<ModelRow>(
      `SELECT number, model FROM timewell.registry_models
       WHERE project = $1
         AND ($2::text IS NULL OR views @> ARRAY[$2::text])
         AND ($3::text IS NULL OR feature_service = $3)
         AND ($4::text IS NULL OR name = $4)
         AND ($5::text IS NULL OR training_set_id = $5)
         AND ($6::bigint IS NULL OR number < $6)
       ORDER BY number DESC LIMIT $7::bigint`,
      [
        project,
        filter.view ?? null,
        filter.featureService ?? null,
        filter.name ?? null,
        filter.trainingSetId ?? null,
        filter.before ?? null,
        modelsMax,
      ],
    );
    return rows.map((row) => ({ number: row.number, model: readModel(row) }));
  }

  async check(): Promise<void> {
    await this.#database.query("SELECT 1 FROM timewell.registry_view_ids");
  }

  async close(): Promise<void> {
    await this.#database.close();
  }
}

function readModel({ number, model }: ModelRow): Model {
  try {
    return fromBinary(ModelSchema, model);
  } catch (cause) {
    throw new FeatureStoreError("DATA_LOSS", `Cannot read recorded model ${number}: it is damaged`, {
      hint: "Restore the registry database from a backup",
      cause,
    });
  }
}
