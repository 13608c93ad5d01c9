import { startRedis } from "@timewell/setup";
import { openRedisOnlineStore } from "@timewell/store-redis";
import { afterAll } from "vitest";

import { describeWindows } from "./describe-windows.testdata.ts";

const servers: Awaited<ReturnType<typeof startRedis>>[] = [];
afterAll(async () => {
  for (const server of servers) await server.stop();
});

describeWindows("Redis", async () => {
  const server = await startRedis();
  servers.push(server);
  return openRedisOnlineStore({ url: server.url });
});
