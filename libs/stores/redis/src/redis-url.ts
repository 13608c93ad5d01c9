import { FeatureStoreError } from "@timewell/errors";
import type { RedisOptions } from "ioredis";

/** Where Redis is and who asks. */
export type RedisAddress = Pick<
  RedisOptions,
  "host" | "port" | "sentinels" | "name" | "username" | "password" | "db" | "tls"
>;

const portDefault = 6379;
const sentinelPortDefault = 26379;

/**
 * Reads where Redis is:
 *
 * ```
 * redis://[[user]:password@]host[:port][/database]                       one server
 * rediss://…                                                             the same over TLS
 * redis+sentinel://[[user]:password@]host[:port][,host[:port]…]/name[/database]   the master that the Sentinels know by name
 * ```
 *
 * INVALID_CONFIG, without the password in its message, where it cannot be read.
 */
export function parseRedisUrl(url: string): RedisAddress {
  const match = /^(redis|rediss|redis\+sentinel):\/\/(?:([^@/]*)@)?([^@/]+)((?:\/[^/]*)*)$/.exec(url);
  if (match === null) throw invalidUrl("it has another form");
  const [, scheme, credentials = "", hosts = "", path = ""] = match;
  const segments = path.split("/").filter((segment) => segment !== "");
  const isSentinel = scheme === "redis+sentinel";
  const name = isSentinel ? segments.shift() : undefined;
  const addresses = hosts
    .split(",")
    .map((host) => parseAddress(host, isSentinel ? sentinelPortDefault : portDefault));
  if (isSentinel && name === undefined) throw invalidUrl("the name of the master is absent");
  if (!isSentinel && addresses.length > 1) throw invalidUrl("it names several hosts without Sentinel");
  if (segments.length > 1) throw invalidUrl("its path has too many parts");
  return {
    ...(isSentinel ? { sentinels: addresses, name: name! } : addresses[0]),
    ...parseCredentials(credentials),
    ...parseDatabase(segments[0]),
    ...(scheme === "rediss" ? { tls: {} } : {}),
  };
}

function parseAddress(text: string, defaultPort: number): { host: string; port: number } {
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
    hint: "Write redis://user:password@host:6379/0, rediss://… or redis+sentinel://host:26379,host:26379/name",
  });
}
