import { randomUUID } from "node:crypto";

import { Ingestion } from "@timewell/contracts";
import { armFailPoints, followRegistry, offlineFolders, runApp, startService } from "@timewell/service";
import { createDuckdbEngine } from "@timewell/store-duckdb";
import { openPostgres } from "@timewell/store-postgres";
import { openRedisOnlineStore } from "@timewell/store-redis";

import { ingestionAppOptions, ingestionSettings, quarantineLimits } from "./config.ts";
import { createIngestionMetrics } from "./ingestion-metrics.ts";
import { createIngestionServer } from "./server.ts";

await runApp(
  {
    name: "timewell-ingestion",
    version: "0.1.0",
    summary: "Takes rows in: log, push, materialize.",
    options: ingestionAppOptions,
    async start(config, kit) {
      const { clock, log } = kit;
      const failPoint = armFailPoints(process.env["TIMEWELL_FAIL_POINTS"], process);
      const stores = await openPostgres(config.database, {
        clock,
        failPoint,
        quarantineLimits: quarantineLimits(config),
      });
      const onlineStore = await openRedisOnlineStore({ url: config.online });
      const folders = offlineFolders(config);
      const offlineEngine = createDuckdbEngine(folders.engine);
      const definitions = followRegistry(config, kit);
      const server = createIngestionServer({
        definitions,
        onlineStore,
        ingestLog: stores.ingestLog,
        offlineCatalog: stores.offlineCatalog,
        trainingCatalog: stores.trainingCatalog,
        offlineEngine,
        ...folders,
        clock,
        newId: randomUUID,
        log,
        metrics: createIngestionMetrics(kit.metrics.registry),
        failPoint,
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
          server.drain();
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
