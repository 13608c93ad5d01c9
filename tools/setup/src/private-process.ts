import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { findBinary } from "./find-binary.ts";

/** How to run one private server process. */
export interface PrivateProcessOptions {
  /** What it is, for messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Where its output goes. */
  readonly logFile: string;
  /** A user to run it as; needs root. */
  readonly user?: string;
  /** What the process gets when its parent is gone. */
  readonly deathSignal: "KILL" | "QUIT";
  /** Tells whether it answers. */
  readonly isReady: () => Promise<boolean>;
  /** How long it may take to answer. */
  readonly readyTimeoutMs: number;
}

const running = new Set<ChildProcess>();
process.once("exit", () => running.forEach((child) => child.kill("SIGKILL")));

/** Prefixes a command so that it runs as another user, and dies with this process where the system can do that. */
export function wrapCommand(command: readonly string[], user?: string, deathSignal?: string): string[] {
  const setpriv = findBinary("setpriv");
  if (setpriv === undefined) {
    return user === undefined ? [...command] : ["runuser", "-u", user, "--", ...command];
  }
  const flags: string[] = [];
  if (user !== undefined) flags.push(`--reuid=${user}`, `--regid=${user === "nobody" ? "nogroup" : user}`);
  if (user !== undefined) flags.push("--clear-groups");
  if (deathSignal !== undefined) flags.push(`--pdeathsig=${deathSignal}`);
  return flags.length === 0 ? [...command] : [setpriv, ...flags, "--", ...command];
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Starts a server and waits until it answers. Throws, with the end of its output, where it does not. */
export async function startProcess(options: PrivateProcessOptions): Promise<ChildProcess> {
  const [command, ...args] = wrapCommand(
    [options.command, ...options.args],
    options.user,
    options.deathSignal,
  );
  const log = openSync(options.logFile, "a");
  const child = spawn(command as string, args, { stdio: ["ignore", log, log] });
  closeSync(log);
  running.add(child);
  child.once("exit", () => running.delete(child));
  child.once("error", () => running.delete(child));
  const failure: Promise<Error> = once(child, "error").then(([error]) => error as Error);
  failure.catch(() => undefined);
  const deadline = performance.now() + options.readyTimeoutMs;
  while (performance.now() < deadline && !hasEnded(child)) {
    const state = await Promise.race([options.isReady(), failure]);
    if (state instanceof Error) break;
    if (state) return child;
    await sleep(25);
  }
  child.kill("SIGKILL");
  const output = readFileSync(options.logFile, "utf8").slice(-2000);
  throw new Error(
    `Cannot start ${options.name}: it did not answer within ${options.readyTimeoutMs} ms.\n${output}`,
  );
}

/** Sends a signal and waits for the end; kills the process where it has not ended after `timeoutMs`. */
export async function endProcess(
  child: ChildProcess,
  signal: NodeJS.Signals,
  timeoutMs = 10_000,
): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, "exit");
  child.kill(signal);
  const killer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
  await ended;
  clearTimeout(killer);
}
