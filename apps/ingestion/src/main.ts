import { randomUUID } from "node:crypto";
import { resolve } from "node:path";

import { createTimewellClient } from "@timewell/client";
import { Ingestion } from "@timewell/contracts";
import { createRegistryFollower, runApp, startService } from "@timewell/service";
import { createDuckdbEngine } from "@timewell/store-duckdb";
import { openPostgres } from "@timewell/store-postgres";
import { openRedisOnlineStore } from "@timewell/store-redis";

import { ingestionAppOptions, ingestionSettings } from "./config.ts";
import { createIngestionServer } from "./server.ts";

await runApp(
  {
    name: "timewell-ingestion",
    version: "0.1.0",
    summary: "Takes rows in: log, push, materialize.",
    options: ingestionAppOptions,
    async start(config, kit) {
      const { clock, log } = kit;
      const stores = await openPostgres(config.database, { clock });
      const onlineStore = await openRedisOnlineStore({ url: config.online });
      const offlineRoot = resolve(config.offlineDir);
      const roots = {
        dataRoot: resolve(config.dataRoot),
        otherRoots: config.allowRoot.map((root) => resolve(root)),
      };
      const offlineEngine = createDuckdbEngine({
        memoryLimitBytes: config.memoryLimit,
        threads: config.duckdbThreads,
        workersMax: config.duckdbWorkers,
        tempDirectory: resolve(config.tempDir),
        allowedDirectories: [offlineRoot, roots.dataRoot, ...roots.otherRoots],
      });
      const client = createTimewellClient({
        registryUrl: config.registry,
        token: config.registryToken,
        tls: { caFile: config.registryCa },
      });
      const definitions = createRegistryFollower({
        client: client.registry,
        snapshotDirectory: config.snapshotDir,
        clock,
        log,
      });
      const server = createIngestionServer({
        definitions,
        onlineStore,
        ingestLog: stores.ingestLog,
        offlineCatalog: stores.offlineCatalog,
        offlineEngine,
        offlineRoot,
        roots,
        clock,
        newId: randomUUID,
        log,
        settings: ingestionSettings(config),
      });
      const listener = await startService({ name: "ingestion", config, kit, ...server });
      kit.health.set(Ingestion.typeName, false);
      void definitions.ready.then(() => {
        server.start();
        kit.health.set(Ingestion.typeName, true);
      });
      return {
        endpoints: [{ name: "ingestion", url: listener.url }],
        reload: () => listener.reload(),
        async stop() {
          await listener.drain();
          await server.stop();
          definitions.close();
          await Promise.all([offlineEngine.close(), onlineStore.close(), stores.close()]);
        },
      };
    },
  },
  process,
);
