import nodeCluster, { type Cluster } from "node:cluster";
import { systemClock } from "@timewell/ttl";
import type { ConfigOf } from "../config/config-option.ts";
import type { CommandInfo } from "../config/help-text.ts";
import { parseConfig, type ParsedConfig } from "../config/parse-config.ts";
import type { ConfigSpec } from "../config/config-option.ts";
import { Health } from "../health/health.ts";
import { createLogger } from "../log/create-logger.ts";
import { createMetrics } from "../metrics/create-metrics.ts";
import { workerChannel } from "../workers/cluster-processes.ts";
import { WorkerLink } from "../workers/worker-link.ts";
import type { Endpoint } from "../workers/worker-messages.ts";
import { announce } from "./announce.ts";
import { endBadly } from "./end-badly.ts";
import type { Kit } from "./kit.ts";
import { runWorkers } from "./run-workers.ts";
import { stopOnce } from "./stop-once.ts";

/** An app that runs. */
export interface RunningApp {
  /** Where it answers. */
  readonly endpoints: readonly Endpoint[];
  /** Reads files again that may change, on SIGHUP. */
  reload?: (() => void) | undefined;
  /** Drains and ends. */
  stop(): Promise<void>;
}

/** An app to run. */
export interface AppInit<Spec extends ConfigSpec> extends CommandInfo<Spec> {
  start(config: ConfigOf<Spec>, kit: Kit): Promise<RunningApp>;
  /** How many processes share its work. Absent: this one alone. */
  workers?(config: ConfigOf<Spec>): number;
}

/** The process that an app runs in; `process` itself in main.ts. */
export interface HostProcess {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  on(signal: "SIGTERM" | "SIGINT" | "SIGHUP" | "SIGUSR2", listener: () => void): unknown;
  exit(code: number): void;
}

/**
 * Runs an app from its settings to its signal. Once it answers, it prints its addresses: a line for people on stderr, and
 * one JSON line on stdout (and in --port-file) for harnesses. An app of several workers runs again in each of them.
 */
export async function runApp<Spec extends ConfigSpec>(
  app: AppInit<Spec>,
  host: HostProcess,
  cluster: Cluster = nodeCluster,
): Promise<void> {
  let parsed: ParsedConfig<Spec>;
  try {
    parsed = parseConfig(app, host.argv.slice(2), host.env);
  } catch (error) {
    return endBadly(app.name, error, host);
  }
  if (parsed.kind === "show") {
    host.stdout.write(parsed.text);
    return;
  }
  const { config } = parsed;
  const common = config as { readonly logLevel?: string; readonly portFile?: string };
  const { logLevel = "info", portFile } = common;
  if (cluster.worker !== undefined)
    return runWorker(
      app,
      config,
      logLevel,
      host,
      new WorkerLink(workerChannel(cluster.worker), systemClock()),
    );
  const size = app.workers?.(config) ?? 1;
  if (size > 1) return runWorkers({ name: app.name, size, logLevel, portFile, host, cluster });
  const log = createLogger({ name: app.name, level: logLevel });
  const kit: Kit = { log, clock: systemClock(), metrics: createMetrics(), health: new Health(app.version) };
  try {
    const running = await app.start(config, kit);
    const stop = stopOnce({ stop: () => running.stop(), log, clock: kit.clock, host });
    host.on("SIGTERM", stop);
    host.on("SIGINT", stop);
    host.on("SIGHUP", () => running.reload?.());
    host.on("SIGUSR2", () => log.warn("a rolling restart needs two workers or more"));
    await announce(app.name, running.endpoints, portFile, host);
  } catch (error) {
    log.debug({ err: error }, "start failed");
    endBadly(app.name, error, host);
  }
}

/** Runs the app as one of several workers: it answers to the primary process, and to SIGTERM. */
async function runWorker<Spec extends ConfigSpec>(
  app: AppInit<Spec>,
  config: ConfigOf<Spec>,
  logLevel: string,
  host: HostProcess,
  link: WorkerLink,
): Promise<void> {
  // A terminal and a supervisor signal the whole group: what these mean is the primary process' affair.
  for (const signal of ["SIGINT", "SIGHUP", "SIGUSR2"] as const) host.on(signal, () => undefined);
  const { slot, joins } = await link.join();
  const worker = { slot, joins, leaves: false };
  const log = createLogger({ name: app.name, level: logLevel, worker: slot });
  const metrics = createMetrics({ print: () => link.print() });
  const kit: Kit = { log, clock: systemClock(), metrics, health: new Health(app.version), worker };
  link.attach(kit.health, metrics);
  try {
    const running = await app.start(config, kit);
    const stopAll = async () => {
      await running.stop();
      await link.end();
    };
    const end = stopOnce({ stop: stopAll, log, clock: kit.clock, host });
    let ending = false;
    const stop = (whole: boolean) => {
      if (ending) return;
      ending = true;
      worker.leaves = !whole;
      end();
    };
    host.on("SIGTERM", () => {
      link.leave();
      stop(false);
    });
    link.ready(running.endpoints, { reload: () => running.reload?.(), stop });
  } catch (error) {
    log.debug({ err: error }, "start failed");
    endBadly(app.name, error, host);
  }
}
