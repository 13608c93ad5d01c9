import { join } from "node:path";

import { copyEmbeddedDatabase } from "@timewell/setup";
import { openLmdbIngestLog, openLmdbOnlineStore } from "@timewell/store-lmdb";
import {
  InMemoryIngestLog,
  InMemoryOfflineCatalog,
  InMemoryOnlineStore,
  InMemoryRegistryStore,
  InMemoryTrainingCatalog,
} from "@timewell/store-ports";
import { openPglite, openPostgres } from "@timewell/store-postgres";
import type { Clock } from "@timewell/ttl";

import type { EmbeddedEngines } from "../open-engines.ts";

/** Everything of a world that outlives its servers, but for the offline engine. */
export type RebuildStores = Omit<EmbeddedEngines, "offlineEngine">;

/** Opens the stores of a world, at first and again after each restart. */
export type OpenRebuildStores = (clock: Clock, folder: string) => Promise<RebuildStores>;

/** Stores in memory, which a restart of the servers does not touch. */
export function memoryStores(): OpenRebuildStores {
  let stores: RebuildStores | undefined;
  return async (clock) =>
    (stores ??= {
      registryStore: new InMemoryRegistryStore(),
      offlineCatalog: new InMemoryOfflineCatalog(),
      trainingCatalog: new InMemoryTrainingCatalog(),
      onlineStore: new InMemoryOnlineStore(clock),
      ingestLog: new InMemoryIngestLog(clock),
      close: async () => undefined,
    });
}

/** The embedded engines. */
export const embeddedStores: OpenRebuildStores = async (clock, folder) => {
  await copyEmbeddedDatabase(folder);
  const database = await openPglite(join(folder, "registry"));
  const [onlineStore, ingestLog] = await Promise.all([
    openLmdbOnlineStore({ path: join(folder, "online"), clock }),
    openLmdbIngestLog({ path: join(folder, "log"), clock }),
  ]);
  return {
    ...database,
    onlineStore,
    ingestLog,
    async close() {
      await Promise.all([onlineStore.close(), ingestLog.close()]);
      await database.close();
    },
  };
};

/** Everything but the online store in a PostgreSQL database. */
export function postgresStores(url: string): OpenRebuildStores {
  let onlineStore: InMemoryOnlineStore | undefined;
  return async (clock) => {
    const stores = await openPostgres(url, { clock, poolMax: 4 });
    onlineStore ??= new InMemoryOnlineStore(clock);
    return { ...stores, onlineStore, close: () => stores.close() };
  };
}
