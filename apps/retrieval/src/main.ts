import { randomUUID } from "node:crypto";

import { OfflineRetrieval } from "@timewell/contracts";
import { followRegistry, offlineFolders, runApp, startService } from "@timewell/service";
import { createDuckdbEngine } from "@timewell/store-duckdb";
import { openPostgres } from "@timewell/store-postgres";

import { retrievalAppOptions } from "./config.ts";
import { createRetrievalServer } from "./server.ts";

await runApp(
  {
    name: "timewell-retrieval",
    version: "0.1.0",
    summary: "Joins labels with history, point in time, and streams training sets.",
    options: retrievalAppOptions,
    async start(config, kit) {
      const { clock } = kit;
      const stores = await openPostgres(config.database, { clock });
      const folders = offlineFolders(config);
      const offlineEngine = createDuckdbEngine(folders.engine);
      const definitions = followRegistry(config, kit);
      const server = createRetrievalServer({
        definitions,
        ingestLog: stores.ingestLog,
        offlineCatalog: stores.offlineCatalog,
        trainingCatalog: stores.trainingCatalog,
        offlineEngine,
        ...folders,
        clock,
        newId: randomUUID,
        graceUs: BigInt(config.grace) * 1000n,
      });
      const listener = await startService({ name: "retrieval", config, kit, ...server });
      kit.health.set(OfflineRetrieval.typeName, false);
      void definitions.ready.then(() => kit.health.set(OfflineRetrieval.typeName, true));
      return {
        endpoints: [{ name: "retrieval", url: listener.url }],
        reload: () => listener.reload(),
        async stop() {
          await listener.drain();
          definitions.close();
          await Promise.all([offlineEngine.close(), stores.close()]);
        },
      };
    },
  },
  process,
);
