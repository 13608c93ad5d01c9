import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import type { OfflineFolders } from "@timewell/service";
import { createDuckdbEngine } from "@timewell/store-duckdb";
import { openLmdbIngestLog, openLmdbOnlineStore } from "@timewell/store-lmdb";
import type {
  FailPointHook,
  IngestLog,
  OfflineCatalog,
  OfflineEngine,
  OnlineStore,
  QuarantineLimits,
  RegistryStore,
  TrainingCatalog,
} from "@timewell/store-ports";
import { openPglite } from "@timewell/store-postgres";
import type { Clock } from "@timewell/ttl";

/** The embedded engines, all in one folder. */
export interface EmbeddedEngines {
  readonly registryStore: RegistryStore;
  readonly offlineCatalog: OfflineCatalog;
  readonly trainingCatalog: TrainingCatalog;
  readonly onlineStore: OnlineStore;
  readonly ingestLog: IngestLog;
  readonly offlineEngine: OfflineEngine;
  /** Releases them all. */
  close(): Promise<void>;
}

/** What the engines are opened with. */
export interface EmbeddedEnginesOptions {
  readonly clock: Clock;
  /** Folders and limits of the offline engine. */
  readonly offline: OfflineFolders["engine"];
  /** How much the log keeps in quarantine; absent: `defaultQuarantineLimits`. */
  readonly quarantineLimits?: QuarantineLimits | undefined;
  /** Called at the fail points of an append; absent: nothing is. */
  readonly failPoint?: FailPointHook | undefined;
}

/** Opens the embedded engines in a folder, and makes what is not there. */
export async function openEngines(
  dataDir: string,
  { clock, offline, quarantineLimits, failPoint }: EmbeddedEnginesOptions,
): Promise<EmbeddedEngines> {
  await mkdir(dataDir, { recursive: true });
  const database = await openPglite(join(dataDir, "registry"));
  const [onlineStore, ingestLog] = await Promise.all([
    openLmdbOnlineStore({ path: join(dataDir, "online"), clock }),
    openLmdbIngestLog({ path: join(dataDir, "log"), clock, quarantineLimits, failPoint }),
  ]);
  const offlineEngine = createDuckdbEngine(offline);
  return {
    registryStore: database.registryStore,
    offlineCatalog: database.offlineCatalog,
    trainingCatalog: database.trainingCatalog,
    onlineStore,
    ingestLog,
    offlineEngine,
    async close() {
      await Promise.all([offlineEngine.close(), onlineStore.close(), ingestLog.close()]);
      await database.close();
    },
  };
}
