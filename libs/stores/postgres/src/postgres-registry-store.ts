import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { SnapshotSchema, type Snapshot } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { checkViewIdCount, versionConflict, viewIdsUsedUp, type RegistryStore } from "@timewell/store-ports";
import type { SqlDatabase } from "./sql-database.ts";

/** SQLSTATE of a CHECK constraint that does not hold. */
const checkViolation = "23514";

/** Snapshots of all projects in PostgreSQL, one row for each version. */
export class PostgresRegistryStore implements RegistryStore {
  readonly engine: "pglite" | "postgres";
  readonly #database: SqlDatabase;

  /** Works on a database that is migrated; `close` closes it. */
  constructor(engine: "pglite" | "postgres", database: SqlDatabase) {
    this.engine = engine;
    this.#database = database;
  }

  async load(project: string): Promise<Snapshot | undefined> {
    const [row] = await this.#database.query<{ snapshot: Uint8Array }>(
      "SELECT snapshot FROM timewell.registry_snapshots WHERE project = $1 ORDER BY version DESC LIMIT 1",
      [project],
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

  async check(): Promise<void> {
    await this.#database.query("SELECT 1 FROM timewell.registry_view_ids");
  }

  async close(): Promise<void> {
    await this.#database.close();
  }
}

function sqlStateBelow(error: unknown): unknown {
  return ((error as Error | undefined)?.cause as { readonly code?: unknown } | undefined)?.code;
}
