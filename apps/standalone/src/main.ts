import { join, resolve } from "node:path";

import { ingestionSettings, quarantineLimits } from "@timewell/ingestion";
import { armFailPoints, offlineFolders, runApp, startService } from "@timewell/service";

import { standaloneOptions } from "./config.ts";
import { openEngines } from "./open-engines.ts";
import { createStandaloneServer } from "./server.ts";

await runApp(
  {
    name: "timewell",
    version: "0.1.0",
    summary: "All four services in one process, on embedded engines: nothing else to install.",
    options: standaloneOptions,
    async start(config, kit) {
      const dataDir = resolve(config.dataDir);
      const folders = offlineFolders({
        ...config,
        offlineDir: config.offlineDir ?? join(dataDir, "offline"),
        tempDir: config.tempDir ?? join(dataDir, "tmp"),
      });
      const failPoint = armFailPoints(process.env["TIMEWELL_FAIL_POINTS"], process);
      const engines = await openEngines(dataDir, {
        clock: kit.clock,
        offline: folders.engine,
        quarantineLimits: quarantineLimits(config),
        failPoint,
      });
      const server = createStandaloneServer({
        engines,
        kit,
        folders,
        settings: ingestionSettings(config),
        feastProject: config.feastProject,
        failPoint,
      });
      await server.start();
      const mounts = [
        { name: "registry", listen: config.registryListen, mount: server.registry },
        { name: "serving", listen: config.servingListen, mount: server.serving },
        {
          name: "http",
          listen: config.httpListen,
          mount: {
            services: server.serving.services,
            routes: server.serving.routes,
            http: server.serving.http,
          },
        },
        { name: "retrieval", listen: config.retrievalListen, mount: server.retrieval },
        { name: "ingestion", listen: config.ingestionListen, mount: server.ingestion },
      ];
      const listeners = await Promise.all(
        mounts.map(({ name, listen, mount }) =>
          startService({ name, config: { ...config, listen }, kit, ...mount }),
        ),
      );
      return {
        endpoints: mounts.map(({ name }, i) => ({ name, url: listeners[i]?.url ?? "" })),
        reload: () => listeners.forEach((listener) => listener.reload()),
        async stop() {
          server.ingestion.drain();
          await Promise.all(listeners.map((listener) => listener.drain()));
          await server.stop();
          await engines.close();
        },
      };
    },
  },
  process,
);
