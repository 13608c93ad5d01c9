import { startRedisCluster, type RedisCluster } from "@timewell/setup";
import { describeOnlineStore } from "@timewell/store-conformance";
import { Redis } from "ioredis";
import { afterAll, beforeAll } from "vitest";
import { openRedisOnlineStore } from "./redis-online-store.ts";

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await startRedisCluster();
});
afterAll(() => cluster.stop());

async function flush(): Promise<void> {
  for (const { url } of cluster.nodes) {
    const node = new Redis(url);
    await node.flushall();
    node.disconnect();
  }
}

describeOnlineStore(
  "a Redis Cluster",
  async () => {
    await flush();
    const { url } = cluster;
    // Ten thousand keys are thousands of commands.
    return { open: () => openRedisOnlineStore({ url, readTimeoutMs: 5_000 }), dispose: async () => {} };
  },
  { gaps: { clock: "stamps come from the servers' own TIME, inside the script" } },
);
