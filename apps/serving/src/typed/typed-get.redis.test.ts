import { redisUrl } from "@timewell/setup";
import { openRedisOnlineStore } from "@timewell/store-redis";

import { describeTypedGet } from "./describe-typed-get.testdata.ts";

describeTypedGet("Redis", async () => openRedisOnlineStore({ url: await redisUrl(), readTimeoutMs: 5_000 }));
