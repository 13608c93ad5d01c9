import { Cluster, type Redis } from "ioredis";
import { applyScript, garbageScript } from "./apply-script.ts";
import { fenceScript, markerScript } from "./cluster-scripts.ts";
import { connectionOptions, retryDelayMs, type RedisClientOptions } from "./redis-client.ts";
import type { HostAddress } from "./redis-url.ts";
import { noteRemovalScript, removalScript } from "./removal-scripts.ts";

type Argument = Buffer | string | number;

/** A client of a Cluster with the scripts of the store. The first argument of a script is the number of keys. */
export interface RedisClusterClient extends Cluster {
  timewellApplyBuffer(keys: number, ...args: Argument[]): Promise<Buffer>;
  timewellGarbage(keys: number, ...args: Argument[]): Promise<number>;
  timewellRemoval(keys: number, ...args: Argument[]): Promise<string>;
  timewellNoteRemoval(keys: number, ...args: Argument[]): Promise<null>;
  timewellFence(keys: number, ...args: Argument[]): Promise<string>;
  timewellMarker(keys: number, ...args: Argument[]): Promise<string>;
}

/** Where slots lie is asked for this often, and after each redirection. */
const slotsRefreshMs = 1_000;

/** How often one command follows a redirection, or is sent again. */
const redirectionsMax = 4;

/**
 * Makes a client of a Cluster and waits until it is connected or has failed to, once. As with one server, commands fail at
 * once while there is no connection to the node that they go to.
 */
export async function connectRedisCluster(
  nodes: readonly HostAddress[],
  options: RedisClientOptions,
): Promise<RedisClusterClient> {
  const { username, password, tls } = options.address;
  const client = new Cluster([...nodes], {
    lazyConnect: true,
    enableOfflineQueue: false,
    clusterRetryStrategy: retryDelayMs,
    clusterNodeRetryStrategy: retryDelayMs,
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    // What a node answers so it answers for as long as a slot is on its way to another: the store asks in another way.
    retryDelayOnTryAgain: 0,
    maxRedirections: redirectionsMax,
    slotsRefreshTimeout: 1_000,
    slotsRefreshInterval: slotsRefreshMs,
    redisOptions: {
      ...connectionOptions(options),
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(tls === undefined ? {} : { tls }),
    },
    scripts: {
      timewellApply: { lua: applyScript },
      timewellGarbage: { lua: garbageScript },
      timewellRemoval: { lua: removalScript },
      timewellNoteRemoval: { lua: noteRemovalScript },
      timewellFence: { lua: fenceScript },
      timewellMarker: { lua: markerScript },
    },
  }) as RedisClusterClient;
  client.on("error", options.onConnectionError);
  client.on("node error", options.onConnectionError);
  const connectNodes = () => Promise.all(client.nodes("master").map((node) => connected(node, options)));
  // Not before: the client asks a node that is not connecting whether the Cluster is ready.
  client.on("ready", () => void connectNodes());
  client.on("+node", (node: Redis) => void (client.status === "ready" && connected(node, options)));
  // Where a node says that the Cluster is down, the client tries again and its promise never settles.
  const failed = new Promise<void>((resolve) => client.once("close", resolve));
  await Promise.race([client.connect().catch(options.onConnectionError), failed]);
  if (client.status === "ready") await connectNodes();
  return client;
}

/** Connects a node before its first command, which would fail else: the client itself waits for that. */
async function connected(node: Redis, { onConnectionError }: RedisClientOptions): Promise<void> {
  if (node.status === "ready") return;
  const settled = new Promise<void>((resolve) => {
    node.once("ready", resolve);
    node.once("close", resolve);
  });
  if (node.status === "wait") node.connect().catch(onConnectionError);
  await settled;
}

/** Ends a client: commands under way get their answers first, where the nodes give any. */
export async function endRedisCluster(client: Cluster): Promise<void> {
  await client.quit().catch(() => undefined);
  client.disconnect();
}
