import { FeatureStoreError } from "@timewell/errors";
import type { Redis } from "ioredis";

/** Oldest version: scripts that look at the clock and then write are replicated by their effects from here on. */
const majorVersionMin = 7;

/** Reads `INFO`, all of it or one section, into a map. */
export async function redisInfo(client: Redis, section: string): Promise<Map<string, string>> {
  const text = await client.info(section);
  const pairs = text.split("\r\n").map((line) => line.split(":", 2));
  return new Map(pairs.filter((pair) => pair.length === 2) as [string, string][]);
}

/**
 * Checks version and settings; STORE_MISCONFIGURED says what to change. `asNode`: the server is to be a node of a Cluster,
 * and else it must be none.
 */
export async function checkRedis(client: Redis, asNode = false): Promise<void> {
  await client.ping();
  const server = await redisInfo(client, "server");
  const memory = await redisInfo(client, "memory");
  const version = server.get("redis_version") ?? "unknown";
  if (Number.parseInt(version, 10) < majorVersionMin) {
    throw misconfigured(
      `its version is ${version}, expected ${majorVersionMin} or later`,
      `Install Redis ${majorVersionMin} or Valkey`,
    );
  }
  const isNode = server.get("redis_mode") === "cluster";
  if (isNode && !asNode)
    throw misconfigured("it is a node of a Cluster", "Name it as redis-cluster://HOST:PORT");
  if (asNode && !isNode) throw misconfigured("it is no node of a Cluster", "Name it as redis://HOST:PORT");
  const policy = memory.get("maxmemory_policy") ?? "unknown";
  if (policy !== "noeviction") {
    const unlimited =
      memory.get("maxmemory") === "0" ? " (maxmemory is 0 now, so nothing is evicted yet)" : "";
    throw misconfigured(
      `maxmemory-policy is ${policy}, expected noeviction${unlimited}`,
      "Run CONFIG SET maxmemory-policy noeviction and write it into redis.conf: an evicted row would read as NOT_FOUND",
    );
  }
}

function misconfigured(problem: string, hint: string): FeatureStoreError {
  return new FeatureStoreError("STORE_MISCONFIGURED", `Cannot use this Redis: ${problem}`, { hint });
}
