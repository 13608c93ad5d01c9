import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { PrivateServer } from "./private-server.ts";
import { startRedis } from "./start-redis.ts";

/** A private Redis Cluster: masters without replicas, which share the slots evenly, in order. */
export interface RedisCluster {
  /** `redis-cluster://HOST:PORT,…`, all nodes. */
  readonly url: string;
  readonly nodes: readonly PrivateServer[];
  /** Ends all nodes and removes their folders. */
  stop(): Promise<void>;
}

const slots = 16_384;
const readyTimeoutMs = 20_000;

/** Sends one command as text, and answers the first answer as text. */
function send(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(`${command}\r\n`));
    socket.setTimeout(5_000, () => socket.destroy(new Error(`no answer to ${command}`)));
    socket.once("error", reject);
    socket.once("data", (data) => {
      resolve(data.toString());
      socket.destroy();
    });
  });
}

/** Starts a Cluster of `masters` nodes, 3 where not given, and waits until all of them see all slots served. */
export async function startRedisCluster(masters = 3): Promise<RedisCluster> {
  const nodes = await Promise.all(Array.from({ length: masters }, () => startRedis({ cluster: true })));
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.stop()));
  };
  try {
    for (const [i, node] of nodes.entries()) {
      const from = Math.floor((i * slots) / masters);
      const to = Math.floor(((i + 1) * slots) / masters) - 1;
      await sendOk(node.port, `CLUSTER ADDSLOTSRANGE ${from} ${to}`);
      await sendOk(node.port, `CLUSTER SET-CONFIG-EPOCH ${i + 1}`);
    }
    const [first, ...others] = nodes;
    for (const node of others) {
      const busPort = /\d+/.exec(
        (await send(node.port, "CONFIG GET cluster-port")).split("\r\n")[4] ?? "",
      )?.[0];
      await sendOk(first!.port, `CLUSTER MEET 127.0.0.1 ${node.port} ${busPort}`);
    }
    await Promise.all(nodes.map((node) => untilWhole(node.port, masters)));
  } catch (reason) {
    await stop();
    throw reason;
  }
  return { url: `redis-cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join()}`, nodes, stop };
}

async function sendOk(port: number, command: string): Promise<void> {
  const answer = await send(port, command);
  if (!answer.startsWith("+OK")) throw new Error(`Redis answers ${command} with ${answer}`);
}

async function untilWhole(port: number, masters: number): Promise<void> {
  for (const endMs = performance.now() + readyTimeoutMs; performance.now() < endMs;) {
    const info = await send(port, "CLUSTER INFO");
    const isWhole = [`cluster_slots_ok:${slots}`, `cluster_size:${masters}`, "cluster_state:ok"].every(
      (line) => info.includes(`${line}\r\n`),
    );
    if (isWhole) return;
    await sleep(50);
  }
  throw new Error(`the Redis Cluster node on port ${port} does not see all slots`);
}
