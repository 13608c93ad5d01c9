import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";

/** A Timewell app that runs as a child process. */
export interface AppProcess {
  /** Address of each of its services, by name: registry, serving, retrieval, ingestion. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Lets it finish what it is doing, and waits for its end. */
  stop(): Promise<void>;
}

/** How to start an app. */
export interface AppProcessOptions {
  /** Its `main.ts`. */
  readonly mainPath: string;
  readonly args: readonly string[];
  /** File that gets its log. */
  readonly logPath: string;
  /** How long it may take until it is ready, ms. */
  readonly readyTimeoutMs: number;
}

const running = new Set<ChildProcess>();
process.once("exit", () => running.forEach((child) => child.kill("SIGKILL")));

/** Starts an app and waits for the line in which it says that it is ready. Throws, with the end of its log, if it is not. */
export async function startApp(options: AppProcessOptions): Promise<AppProcess> {
  const child = spawn(process.execPath, [options.mainPath, ...options.args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  const ended = once(child, "exit").finally(() => running.delete(child));
  const logged = pipeline(child.stderr, createWriteStream(options.logPath));
  try {
    const endpoints = await readEndpoints(child, options.readyTimeoutMs);
    return { endpoints, stop: () => stop(child, ended) };
  } catch (cause) {
    child.kill("SIGKILL");
    await Promise.allSettled([ended, logged]);
    const log = await readFile(options.logPath, "utf8");
    throw new Error(`Cannot start ${options.mainPath}: it did not get ready.\n${log.slice(-2_000)}`, {
      cause,
    });
  }
}

async function readEndpoints(child: ChildProcess, timeoutMs: number): Promise<Record<string, string>> {
  if (child.stdout === null) throw new Error("Cannot read the output of a child process without a pipe");
  const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
  try {
    for await (const line of createInterface(child.stdout)) {
      const ready = parseReadyLine(line);
      if (ready === undefined) continue;
      child.stdout.resume();
      return ready;
    }
  } finally {
    clearTimeout(timer);
  }
  throw new Error("The process ended, or said nothing in time");
}

function parseReadyLine(line: string): Record<string, string> | undefined {
  if (!line.startsWith("{")) return undefined;
  const message = JSON.parse(line) as { ready?: boolean; endpoints?: Record<string, string> };
  return message.ready === true ? message.endpoints : undefined;
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill("SIGTERM");
  const killer = setTimeout(() => child.kill("SIGKILL"), 15_000);
  await ended;
  clearTimeout(killer);
}
