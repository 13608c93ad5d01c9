import { FeatureStoreError } from "@timewell/errors";
import type { RedisOptions } from "ioredis";

/** A host and its port. */
export interface HostAddress {
  readonly host: string;
  readonly port: number;
}

/** Where Redis is and who asks. */
export type RedisAddress = Pick<
  RedisOptions,
  "host" | "port" | "sentinels" | "name" | "username" | "password" | "db" | "tls"
> & {
  /** Some of the nodes of a Cluster, which name the others. */
  readonly clusterNodes?: readonly HostAddress[];
};

const portDefault = 6379;
const sentinelPortDefault = 26379;

/**
 * Reads where Redis is:
 *
 * ```
 * redis://[[user]:password@]host[:port][/database]                       one server
 * rediss://…                                                             the same over TLS
 * redis+sentinel://[[user]:password@]host[:port][,host[:port]…]/name[/database]   the master that the Sentinels know by name
 * redis-cluster://[[user]:password@]host[:port][,host[:port]…]           a Cluster, by one of its nodes or more
 * rediss-cluster://…                                                     the same over TLS
 * ```
 *
 * INVALID_CONFIG, without the password in its message, where it cannot be read.
 */
export function parseRedisUrl(url: string): RedisAddress {
  const match =
    /^(redis|rediss|redis\+sentinel|redis-cluster|rediss-cluster):\/\/(?:([^@/]*)@)?([^@/]+)((?:\/[^/]*)*)$/.exec(
      url,
    );
  if (match === null) throw invalidUrl("it has another form");
  const [, scheme, credentials = "", hosts = "", path = ""] = match;
  const segments = path.split("/").filter((segment) => segment !== "");
  const isSentinel = scheme === "redis+sentinel";
  const isCluster = scheme!.endsWith("-cluster");
  const name = isSentinel ? segments.shift() : undefined;
  const addresses = hosts
    .split(",")
    .map((host) => parseAddress(host, isSentinel ? sentinelPortDefault : portDefault));
  if (isSentinel && name === undefined) throw invalidUrl("the name of the master is absent");
  if (!isSentinel && !isCluster && addresses.length > 1)
    throw invalidUrl("it names several hosts without Sentinel or Cluster");
  if (isCluster && segments.length > 0) throw invalidUrl("a Cluster has no numbered databases");
  if (segments.length > 1) throw invalidUrl("its path has too many parts");
  return {
    ...(isSentinel
      ? { sentinels: [...addresses], name: name! }
      : isCluster
        ? { clusterNodes: addresses }
        : addresses[0]),
    ...parseCredentials(credentials),
    ...parseDatabase(segments[0]),
    ...(scheme!.startsWith("rediss") ? { tls: {} } : {}),
  };
}

function parseAddress(text: string, defaultPort: number): HostAddress {
  const match = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(text);
  if (match === null) throw invalidUrl("a host cannot be read");
  const port = match[2] === undefined ? defaultPort : Number(match[2]);
  if (port < 1 || port > 65_535) throw invalidUrl(`port ${port} is outside 1 … 65535`);
  return { host: match[1]!.replace(/^\[|\]$/g, ""), port };
}

function parseCredentials(text: string): RedisAddress {
  if (text === "") return {};
  const colon = text.indexOf(":");
  if (colon < 0) throw invalidUrl("a user without a password");
  const username = decodeURIComponent(text.slice(0, colon));
  const password = decodeURIComponent(text.slice(colon + 1));
  return username === "" ? { password } : { username, password };
}

function parseDatabase(text: string | undefined): RedisAddress {
  if (text === undefined) return {};
  if (!/^\d{1,5}$/.test(text)) throw invalidUrl("the database is not a number");
  return { db: Number(text) };
}

function invalidUrl(problem: string): FeatureStoreError {
  return new FeatureStoreError("INVALID_CONFIG", `Cannot read the Redis URL: ${problem}`, {
    hint: "Write redis://user:password@host:6379/0, rediss://…, redis+sentinel://host:26379,host:26379/name or redis-cluster://host:6379,host:6379",
  });
}
