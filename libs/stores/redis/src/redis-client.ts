import { Redis } from "ioredis";
import { garbageScript } from "./apply-script.ts";
import { removalScript } from "./removal-scripts.ts";
import type { RedisAddress } from "./redis-url.ts";

/** How clients are made, of one server or of a Cluster. */
export interface RedisClientOptions {
  readonly address: RedisAddress;
  /** Shown in CLIENT LIST. */
  readonly name: string;
  /** A command that takes longer fails. */
  readonly commandTimeoutMs: number;
  /** Hears of each failure of the connection; the client connects again by itself. */
  readonly onConnectionError: (error: unknown) => void;
}

type Argument = Buffer | string | number;

/** A client with the scripts of the store. */
export interface RedisClient extends Redis {
  /** `garbageScript`; the first argument is the number of keys. */
  timewellGarbage(keys: number, ...args: Argument[]): Promise<number>;
  timewellRemoval(keys: number, ...args: Argument[]): Promise<string>;
}

/** A try to connect that takes longer fails, ms. */
export const connectTimeoutMs = 1_000;

/** How long to wait before the next try to connect, ms. */
export function retryDelayMs(attempts: number): number {
  return Math.min(attempts * 50, 200);
}

/** A server that owes an answer and says nothing for so long counts as gone, ms. */
export function silenceMaxMs(commandTimeoutMs: number): number {
  return Math.max(connectTimeoutMs, commandTimeoutMs * 2);
}

/** Options of every connection: commands fail at once while there is none, and a server that says nothing counts as gone. */
export function connectionOptions({ name, commandTimeoutMs }: RedisClientOptions) {
  return {
    connectionName: name,
    connectTimeout: connectTimeoutMs,
    commandTimeout: commandTimeoutMs,
    socketTimeout: silenceMaxMs(commandTimeoutMs),
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
  };
}

/**
 * Makes a client and waits until it is connected or has failed to, once. From then on commands fail at once while
 * there is no connection, instead of piling up, and a server that says nothing for a while counts as gone.
 */
export async function connectRedis(options: RedisClientOptions): Promise<RedisClient> {
  const { clusterNodes: _, ...address } = options.address;
  const client = new Redis({
    ...address,
    ...connectionOptions(options),
    lazyConnect: true,
    enableOfflineQueue: false,
    retryStrategy: retryDelayMs,
    // After a failover the old master is a replica: find the new one.
    reconnectOnError: (error) => error.message.startsWith("READONLY"),
    scripts: {
      timewellGarbage: { lua: garbageScript },
      timewellRemoval: { lua: removalScript },
    },
  }) as RedisClient;
  client.on("error", options.onConnectionError);
  await client.connect().catch(options.onConnectionError);
  return client;
}

/** Ends a client: commands under way get their answers first, where the server gives any. */
export async function endRedis(client: Redis): Promise<void> {
  // A server that is gone cannot be told goodbye.
  await client.quit().catch(() => undefined);
  client.disconnect();
}
