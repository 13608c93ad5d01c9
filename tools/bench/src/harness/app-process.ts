import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { repoRoot } from "@timewell/setup";

/** One of the apps, running as a process of its own. */
export interface AppProcess {
  readonly url: string;
  readonly pid: number;
  /** Ends it in good order. */
  stop(): Promise<void>;
}

/** How to start an app. */
export interface AppProcessOptions {
  /** Its folder under `apps/`, which is also the name of its service. */
  readonly app: string;
  readonly args: readonly string[];
  /** Folder for its log. */
  readonly folder: string;
  /** Where it leaves a CPU profile when it ends. Undefined: none. */
  readonly profileFolder: string | undefined;
}

const readyTimeoutMs = 30_000;
const running = new Set<ChildProcess>();
process.once("exit", () => running.forEach((child) => child.kill("SIGKILL")));

/** Starts an app on a free port and waits until it serves. Throws, with the end of its log, where it does not. */
export async function startApp(options: AppProcessOptions): Promise<AppProcess> {
  const { app, args, folder, profileFolder } = options;
  const logFile = path.join(folder, `${app}.log`);
  const log = openSync(logFile, "a");
  const main = path.join(repoRoot, "apps", app, "src/main.ts");
  const profile = profileFolder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profileFolder}`];
  const child = spawn(process.execPath, [...profile, main, "--listen", "127.0.0.1:0", ...args], {
    cwd: folder,
    stdio: ["ignore", "pipe", log],
  });
  closeSync(log);
  running.add(child);
  const ended = once(child, "exit").finally(() => running.delete(child));
  const deadline = AbortSignal.timeout(readyTimeoutMs);
  deadline.addEventListener("abort", () => child.stdout?.destroy());
  try {
    const url = await readUrl(child, app);
    await untilServing(url, deadline);
    return { url, pid: child.pid!, stop: () => stop(child, ended) };
  } catch (cause) {
    child.kill("SIGKILL");
    const words = readFileSync(logFile, "utf8").slice(-2000);
    throw new Error(`Cannot start ${app}: it did not get ready.\n${words}`, { cause });
  }
}

async function readUrl(child: ChildProcess, name: string): Promise<string> {
  for await (const line of createInterface(child.stdout!)) {
    const message = JSON.parse(line) as { ready?: boolean; endpoints: Record<string, string> };
    const url = message.endpoints[name];
    if (message.ready !== true || url === undefined) continue;
    child.stdout!.resume();
    return url;
  }
  throw new Error("it ended, or said nothing in time");
}

async function untilServing(url: string, deadline: AbortSignal): Promise<void> {
  for (;;) {
    const { ok } = await fetch(`${url}/healthz`, { signal: deadline });
    if (ok) return;
    await sleep(50, undefined, { signal: deadline });
  }
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill("SIGTERM");
  const killer = setTimeout(() => child.kill("SIGKILL"), 15_000);
  await ended;
  clearTimeout(killer);
}
