import { OnlineServing } from "@timewell/contracts";
import { followRegistry, runApp, startService } from "@timewell/service";

import { servingAppOptions } from "./config.ts";
import { openOnlineStore } from "./open-online-store.ts";
import { createServingServer } from "./server.ts";
import { createServingMetrics } from "./serving-metrics.ts";

/** How long a worker that joins others may wait for its definitions before it listens without them, ms. */
const joinWaitMs = 10_000;

await runApp(
  {
    name: "timewell-serving",
    version: "0.1.0",
    summary: "Serves the latest features of entities, in milliseconds.",
    options: servingAppOptions,
    workers: (config) => config.workers,
    async start(config, kit) {
      const { clock } = kit;
      const onlineStore = await openOnlineStore(config.online, { clock, readTimeoutMs: config.storeTimeout });
      const definitions = followRegistry(config, kit);
      const server = createServingServer({
        definitions,
        onlineStore,
        clock,
        graceUs: BigInt(config.grace) * 1000n,
        metrics: createServingMetrics(kit.metrics.registry, definitions),
        feastProject: config.feastProject,
      });
      // Callers of a worker that joins others must not meet one that knows no definitions yet.
      if (kit.worker?.joins === true) await Promise.race([definitions.ready, clock.sleep(joinWaitMs)]);
      const grpc = await startService({ name: "serving", config, kit, ...server });
      kit.health.set(OnlineServing.typeName, false);
      void definitions.ready.then(() => kit.health.set(OnlineServing.typeName, true));
      const { services, routes, http: paths } = server;
      const http = await startService({
        name: "http",
        config: { ...config, listen: config.httpListen },
        kit,
        services,
        routes,
        http: paths,
      });
      return {
        endpoints: [
          { name: "serving", url: grpc.url },
          { name: "http", url: http.url },
        ],
        reload: () => [grpc, http].forEach((listener) => listener.reload()),
        async stop() {
          await Promise.all([grpc.drain(), http.drain()]);
          definitions.close();
          await onlineStore.close();
        },
      };
    },
  },
  process,
);
