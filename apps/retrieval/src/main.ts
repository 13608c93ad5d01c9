import { randomUUID } from "node:crypto";
import { join, resolve } from "node:path";

import { createTimewellClient } from "@timewell/client";
import { OfflineRetrieval } from "@timewell/contracts";
import { createRegistryFollower, runApp, startService } from "@timewell/service";
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
      const { clock, log } = kit;
      const stores = await openPostgres(config.database, { clock });
      const offlineRoot = resolve(config.offlineDir);
      const labelsRoot = join(offlineRoot, "labels");
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
      const server = createRetrievalServer({
        definitions,
        ingestLog: stores.ingestLog,
        offlineCatalog: stores.offlineCatalog,
        offlineEngine,
        offlineRoot,
        labelsRoot,
        roots,
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
