export { openRedisOnlineStore, type RedisOnlineStoreOptions } from "./redis-online-store.ts";
