import { checkServerSettings, type ServerSettings } from "./check-server-settings.ts";
import { migrate } from "./migrate.ts";
import { PgDatabase } from "./pg-database.ts";
import { PostgresIngestLog, type PostgresIngestLogOptions } from "./postgres-ingest-log.ts";
import { PostgresOfflineCatalog } from "./postgres-offline-catalog.ts";
import { PostgresRegistryStore } from "./postgres-registry-store.ts";
import { PostgresTrainingCatalog } from "./postgres-training-catalog.ts";

/** What can be chosen about a PostgreSQL server. */
export interface OpenPostgresOptions extends PostgresIngestLogOptions {
  /** Connections at most; default 8. */
  readonly poolMax?: number | undefined;
  /** A statement that takes longer is cancelled with STORE_UNAVAILABLE, ms; default 10,000. */
  readonly statementTimeoutMs?: number | undefined;
  /** Time to get a connection, ms; default 5,000. */
  readonly connectTimeoutMs?: number | undefined;
}

/** The stores of one PostgreSQL database. They share its connections: closing one closes all. */
export interface PostgresStores {
  readonly registryStore: PostgresRegistryStore;
  readonly offlineCatalog: PostgresOfflineCatalog;
  readonly trainingCatalog: PostgresTrainingCatalog;
  readonly ingestLog: PostgresIngestLog;
  /** Releases the connections; calls under way end first. */
  close(): Promise<void>;
}

/**
 * Connects to a database and brings its schema up to date. STORE_UNAVAILABLE where it does not answer;
 * STORE_MISCONFIGURED where it is too old, runs without fsync or answers commits before they are on disk, refuses the user, or was migrated by a later version.
 */
export async function openPostgres(url: string, options: OpenPostgresOptions): Promise<PostgresStores> {
  const database = new PgDatabase({
    url,
    poolMax: options.poolMax ?? 8,
    statementTimeoutMs: options.statementTimeoutMs ?? 10_000,
    connectTimeoutMs: options.connectTimeoutMs ?? 5_000,
  });
  try {
    await checkServer(database);
    await migrate(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  const ingestLog = new PostgresIngestLog(database, options);
  return {
    registryStore: new PostgresRegistryStore("postgres", database),
    offlineCatalog: new PostgresOfflineCatalog("postgres", database),
    trainingCatalog: new PostgresTrainingCatalog("postgres", database),
    ingestLog,
    close: () => ingestLog.close(),
  };
}

async function checkServer(database: PgDatabase): Promise<void> {
  const [settings] = await database.query<ServerSettings>(
    `SELECT current_setting('server_version_num')::int AS version, current_setting('fsync') AS fsync,
       current_setting('synchronous_commit') AS "synchronousCommit"`,
  );
  checkServerSettings(settings!);
}
