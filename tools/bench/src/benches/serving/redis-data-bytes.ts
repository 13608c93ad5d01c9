import type { Redis } from "ioredis";

/** What a Redis has allocated, without the buffers of its clients. */
export async function redisDataBytes(redis: Redis): Promise<number> {
  const info = await redis.info("memory");
  const read = (field: string): number => Number(new RegExp(`^${field}:(\\d+)`, "m").exec(info)?.[1]);
  return read("used_memory") - read("mem_clients_normal");
}
