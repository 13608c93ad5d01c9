import { redisUrl, startRedisCluster, type RedisCluster } from "@timewell/setup";
import { openRedisOnlineStore } from "@timewell/store-redis";
import { afterAll } from "vitest";

import { describeFeastGet } from "./describe-feast-get.testdata.ts";

let cluster: RedisCluster | undefined;
afterAll(() => cluster?.stop());

describeFeastGet("Redis", async () => openRedisOnlineStore({ url: await redisUrl(), readTimeoutMs: 5_000 }));
describeFeastGet("a Redis Cluster of three nodes", async () => {
  cluster = await startRedisCluster();
  return openRedisOnlineStore({ url: cluster.url, readTimeoutMs: 5_000 });
});
