import { setImmediate as turn } from "node:timers/promises";

import { createDatabase, startRedis } from "@timewell/setup";
import { openPostgres } from "@timewell/store-postgres";
import type { OfflineEngine } from "@timewell/store-ports";
import { openRedisOnlineStore } from "@timewell/store-redis";
import { systemClock } from "@timewell/ttl";

import { counted } from "./mortal.testdata.ts";
import { StagedStore } from "./staged-store.testdata.ts";
import type { StoryEngines } from "./story-engines.testdata.ts";

const timeoutMs = 5_000;

/** A Redis of its own, which is killed in earnest, and PostgreSQL; time passes as it does. */
export async function serverEngines(
  keeps: "all" | "none",
  offlineEngine: OfflineEngine,
  folder: string,
): Promise<StoryEngines> {
  const clock = systemClock();
  const count = { inFlight: 0 };
  const [redis, stores] = await Promise.all([
    startRedis({ appendOnly: keeps === "all" }),
    createDatabase().then((url) => openPostgres(url, { clock })),
  ]);
  const online = await openRedisOnlineStore({
    url: redis.url,
    readTimeoutMs: timeoutMs,
    writeTimeoutMs: timeoutMs,
  });
  const store = new StagedStore(online, clock);
  return {
    clock,
    unitMs: 20,
    isExact: false,
    folder,
    store,
    ingestLog: counted(stores.ingestLog, count),
    offlineCatalog: counted(stores.offlineCatalog, count),
    trainingCatalog: stores.trainingCatalog,
    offlineEngine: counted(offlineEngine, count),
    leaseMs: 600,
    advance: (ms) => clock.sleep(ms),
    async quiet() {
      for (let turns = 0; turns < 4; turns++) {
        await turn();
        if (store.inFlight > 0 || count.inFlight > 0) {
          await clock.sleep(1);
          turns = 0;
        }
      }
    },
    kill: () => redis.kill(),
    restart: () => redis.restart(),
    async close() {
      await Promise.all([online.close(), stores.close()]);
      await redis.stop();
    },
  };
}
