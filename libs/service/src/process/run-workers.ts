import type { Cluster } from "node:cluster";
import { systemClock } from "@timewell/ttl";
import { collectDefaultMetrics, Registry } from "prom-client";
import { createLogger } from "../log/create-logger.ts";
import { forkWorker } from "../workers/cluster-processes.ts";
import { WorkerPool } from "../workers/worker-pool.ts";
import { announce } from "./announce.ts";
import { exitCodes } from "./end-badly.ts";
import type { HostProcess } from "./run-app.ts";
import { stopOnce } from "./stop-once.ts";

/** A server of several processes. */
export interface WorkersInit {
  readonly name: string;
  readonly size: number;
  readonly logLevel: string;
  readonly portFile: string | undefined;
  readonly host: HostProcess;
  readonly cluster: Cluster;
}

/** Runs the primary process of a server: it starts workers, keeps them alive and hands connections to them, one after the other. */
export async function runWorkers({
  name,
  size,
  logLevel,
  portFile,
  host,
  cluster,
}: WorkersInit): Promise<void> {
  const clock = systemClock();
  const log = createLogger({ name, level: logLevel, worker: "primary" });
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const pool = new WorkerPool({ size, fork: () => forkWorker(cluster), clock, log, registry });
  const stop = stopOnce({ stop: () => pool.stop(), kill: () => pool.kill(), log, clock, host });
  host.on("SIGTERM", stop);
  host.on("SIGINT", stop);
  host.on("SIGHUP", () => pool.reload());
  host.on("SIGUSR2", () => void pool.roll());
  const start = await pool.start();
  if ("endpoints" in start) return announce(name, start.endpoints, portFile, host);
  // The worker has said why.
  pool.kill();
  host.exit(start.failed.code === exitCodes.misused ? exitCodes.misused : exitCodes.failed);
}
