import { rename, writeFile } from "node:fs/promises";
import { FeatureStoreError } from "@timewell/errors";
import { systemClock } from "@timewell/ttl";
import type { ConfigOf } from "../config/config-option.ts";
import type { CommandInfo } from "../config/help-text.ts";
import { parseConfig, type ParsedConfig } from "../config/parse-config.ts";
import type { ConfigSpec } from "../config/config-option.ts";
import { Health } from "../health/health.ts";
import { createLogger } from "../log/create-logger.ts";
import { createMetrics } from "../metrics/create-metrics.ts";
import type { Kit } from "./kit.ts";

/** An app that runs. */
export interface RunningApp {
  /** Where it answers. */
  readonly endpoints: readonly { readonly name: string; readonly url: string }[];
  /** Reads files again that may change, on SIGHUP. */
  reload?: (() => void) | undefined;
  /** Drains and ends. */
  stop(): Promise<void>;
}

/** An app to run. */
export interface AppInit<Spec extends ConfigSpec> extends CommandInfo<Spec> {
  start(config: ConfigOf<Spec>, kit: Kit): Promise<RunningApp>;
}

/** The process that an app runs in; `process` itself in main.ts. */
export interface HostProcess {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  on(signal: "SIGTERM" | "SIGINT" | "SIGHUP", listener: () => void): unknown;
  exit(code: number): void;
}

/** Exit codes: 0 well, 1 failed, 2 wrong settings. */
const exitFailed = 1;
const exitMisused = 2;

/** Longest time from a signal to the end, ms. */
const stopTimeoutMs = 9_500;

/**
 * Runs an app from its settings to its signal. Once it answers, it prints its addresses: a line for people on stderr, and
 * one JSON line on stdout (and in --port-file) for harnesses.
 */
export async function runApp<Spec extends ConfigSpec>(app: AppInit<Spec>, host: HostProcess): Promise<void> {
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
  const log = createLogger({ name: app.name, level: common.logLevel ?? "info" });
  const kit: Kit = { log, clock: systemClock(), metrics: createMetrics(), health: new Health(app.version) };
  try {
    const running = await app.start(config, kit);
    handleSignals(running, kit, host);
    await announce(app.name, running, common.portFile, host);
  } catch (error) {
    log.debug({ err: error }, "start failed");
    endBadly(app.name, error, host);
  }
}

function endBadly(name: string, error: unknown, host: HostProcess): void {
  const known = error instanceof FeatureStoreError;
  host.stderr.write(`${name}: ${known ? error.message : String((error as Error)?.stack ?? error)}\n`);
  host.exit(known && error.kind === "INVALID_CONFIG" ? exitMisused : exitFailed);
}

async function announce(name: string, running: RunningApp, portFile: string | undefined, host: HostProcess) {
  const endpoints = Object.fromEntries(running.endpoints.map((endpoint) => [endpoint.name, endpoint.url]));
  const line = `${JSON.stringify({ ready: true, name, endpoints })}\n`;
  if (portFile !== undefined) {
    // A reader never sees half of it.
    await writeFile(`${portFile}.tmp`, line);
    await rename(`${portFile}.tmp`, portFile);
  }
  const shown = running.endpoints.map((endpoint) => `${endpoint.name} ${endpoint.url}`).join(", ");
  host.stderr.write(`${name} is ready: ${shown}\n`);
  host.stdout.write(line);
}

function handleSignals(running: RunningApp, kit: Kit, host: HostProcess): void {
  let stopping = false;
  const stop = () => {
    if (stopping) return host.exit(exitFailed);
    stopping = true;
    kit.log.info("stopping");
    const late = kit.clock.sleep(stopTimeoutMs).then(() => {
      kit.log.error("calls under way did not end in time; ending by force");
      host.exit(exitFailed);
    });
    running.stop().then(
      () => host.exit(0),
      (err: unknown) => {
        kit.log.error({ err }, "stop failed");
        host.exit(exitFailed);
      },
    );
    void late;
  };
  host.on("SIGTERM", stop);
  host.on("SIGINT", stop);
  host.on("SIGHUP", () => running.reload?.());
}
