// The retrieval app as it is, but for an engine that joins once and then answers from memory.
import { randomUUID } from "node:crypto";
import { OfflineRetrieval } from "@timewell/contracts";
import { createRetrievalServer, retrievalAppOptions } from "@timewell/retrieval";
import { followRegistry, offlineFolders, runApp, startService } from "@timewell/service";
import { createDuckdbEngine } from "@timewell/store-duckdb";
import { openPostgres } from "@timewell/store-postgres";
import { RememberingEngine } from "./remembering-engine.ts";

await runApp(
  {
    name: "timewell-prepared-retrieval",
    version: "0.1.0",
    summary: "Streams training sets that it has made before.",
    options: retrievalAppOptions,
    async start(config, kit) {
      const { clock } = kit;
      const stores = await openPostgres(config.database, { clock });
      const folders = offlineFolders(config);
      const offlineEngine = new RememberingEngine(createDuckdbEngine(folders.engine));
      const definitions = followRegistry(config, kit);
      const graceUs = BigInt(config.grace) * 1000n;
      const server = createRetrievalServer({
        ...{ definitions, offlineEngine, clock, graceUs, newId: randomUUID },
        ...{ ...stores, ...folders },
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
