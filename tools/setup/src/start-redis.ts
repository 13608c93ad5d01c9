import { connect } from "node:net";
import path from "node:path";
import { installHint } from "./ensure-servers.ts";
import { findBinary } from "./find-binary.ts";
import { freePort } from "./free-port.ts";
import { endProcess, startProcess } from "./private-process.ts";
import type { PrivateServer } from "./private-server.ts";
import { makeTempFolder, removeTempFolder } from "./temp-folder.ts";

/** How a private Redis differs from the usual one. */
export interface StartRedisOptions {
  /** Keeps every write in an append-only file, so that `restart()` finds them again. Default: false. */
  readonly appendOnly?: boolean;
  /** What Redis does when its memory is full. Default: noeviction. */
  readonly maxmemoryPolicy?: string;
  /** Starts it as one node of a Redis Cluster. Default: false. */
  readonly cluster?: boolean;
  /** How many numbered databases it has. Default: 1,024. */
  readonly databases?: number;
}

/** True when a Redis at this port answers PING. */
function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const finish = (isReady: boolean): void => {
      socket.destroy();
      resolve(isReady);
    };
    socket.setTimeout(1000, () => finish(false));
    socket.once("error", () => finish(false));
    socket.once("connect", () => socket.write("PING\r\n"));
    socket.once("data", (data) => finish(data.toString().startsWith("+PONG")));
  });
}

function redisArgs(port: number, busPort: number, folder: string, options: StartRedisOptions): string[] {
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""];
  args.push("--maxmemory-policy", options.maxmemoryPolicy ?? "noeviction");
  args.push("--appendonly", options.appendOnly === true ? "yes" : "no");
  if (options.cluster === true) {
    // A node that is gone takes only its own slots along.
    args.push("--cluster-enabled", "yes", "--cluster-require-full-coverage", "no");
    return [...args, "--cluster-port", String(busPort), "--cluster-node-timeout", "15000"];
  }
  return [...args, "--databases", String(options.databases ?? 1024)];
}

/** Starts a private Redis (or Valkey). Throws where the program is missing or does not start. */
export async function startRedis(options: StartRedisOptions = {}): Promise<PrivateServer> {
  const command = findBinary("redis-server", "valkey-server");
  if (command === undefined) throw new Error(installHint(["redis-server"]));
  const port = await freePort();
  // By default 10,000 above the port, which may be no port at all.
  const busPort = options.cluster === true ? await freePort() : 0;
  const folder = makeTempFolder("redis");
  const start = () =>
    startProcess({
      name: "redis-server",
      command,
      args: redisArgs(port, busPort, folder, options),
      logFile: path.join(folder, "redis.log"),
      deathSignal: "KILL",
      isReady: () => answersPing(port),
      readyTimeoutMs: 20_000,
    });
  let child = await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    stop: async () => {
      await endProcess(child, "SIGTERM");
      removeTempFolder(folder);
    },
    kill: () => endProcess(child, "SIGKILL"),
    restart: async () => {
      await endProcess(child, "SIGTERM");
      child = await start();
    },
  };
}
