import { redisUrl } from "@timewell/setup";
import { describeOnlineStore } from "@timewell/store-conformance";
import { openRedisOnlineStore } from "./redis-online-store.ts";

describeOnlineStore(
  "Redis",
  async () => {
    const url = await redisUrl();
    return { open: () => openRedisOnlineStore({ url }), dispose: async () => {} };
  },
  { gaps: { clock: "stamps come from the server's own TIME, inside the script" } },
);
