import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { FeatureRegistry } from "@timewell/contracts";
import { runApp, startService } from "@timewell/service";
import { openPglite, openPostgres } from "@timewell/store-postgres";
import { registryAppOptions } from "./config.ts";
import { createRegistryServer } from "./server.ts";

await runApp(
  {
    name: "timewell-registry",
    version: "0.1.0",
    summary: "Keeps the definitions of every project.",
    options: registryAppOptions,
    async start(config, kit) {
      const { clock, log, health } = kit;
      const dataDir = resolve(config.dataDir);
      if (config.database === undefined) await mkdir(dataDir, { recursive: true });
      const stores =
        config.database === undefined
          ? await openPglite(dataDir)
          : await openPostgres(config.database, { clock });
      const server = createRegistryServer({
        store: stores.registryStore,
        clock,
        log,
        onStoreState: (available) => health.set(FeatureRegistry.typeName, available),
      });
      await server.start();
      const listener = await startService({ name: "registry", config, kit, ...server });
      return {
        endpoints: [{ name: "registry", url: listener.url }],
        reload: () => listener.reload(),
        async stop() {
          // Watchers would use up the whole grace time: they never end by themselves.
          await Promise.all([listener.drain(), server.stop()]);
          await stores.close();
        },
      };
    },
  },
  process,
);
