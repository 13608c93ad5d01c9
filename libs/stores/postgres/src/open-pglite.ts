import { migrate } from "./migrate.ts";
import { PgliteDatabase } from "./pglite-database.ts";
import { PostgresOfflineCatalog } from "./postgres-offline-catalog.ts";
import { PostgresRegistryStore } from "./postgres-registry-store.ts";
import { PostgresTrainingCatalog } from "./postgres-training-catalog.ts";

/** The stores of one embedded database. Closing one closes all. */
export interface PgliteStores {
  readonly registryStore: PostgresRegistryStore;
  readonly offlineCatalog: PostgresOfflineCatalog;
  readonly trainingCatalog: PostgresTrainingCatalog;
  /** Releases the folder; calls under way end first. */
  close(): Promise<void>;
}

/**
 * Opens an embedded PostgreSQL in a folder, and makes it where it is not there (this takes some seconds).
 * STORE_MISCONFIGURED, with the holder's pid, where another process has it open.
 */
export async function openPglite(directory: string): Promise<PgliteStores> {
  const database = await PgliteDatabase.open(directory);
  try {
    await migrate(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return {
    registryStore: new PostgresRegistryStore("pglite", database),
    offlineCatalog: new PostgresOfflineCatalog("pglite", database),
    trainingCatalog: new PostgresTrainingCatalog("pglite", database),
    close: () => database.close(),
  };
}
