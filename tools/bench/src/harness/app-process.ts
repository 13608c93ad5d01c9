import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { repoRoot } from "@timewell/setup";
import { profileFlags, type ProfilePlace } from "./profile-flags.ts";

/** One of the apps, running as a process of its own. */
export interface AppProcess {
  readonly url: string;
  /** Every address that it serves at, by name; `url` is the one of its own service. */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly pid: number;
  /** Ends it in good order. */
  stop(): Promise<void>;
}

/** How to start an app. */
export interface AppProcessOptions {
  /** Its folder under `apps/`. */
  readonly app: string;
  /** The program to run instead of the app's own, as a path. */
  readonly program?: string | undefined;
  /** The endpoint that `url` shall be. Default: the one that is named as the app. */
  readonly endpoint?: string;
  /** Its flags for addresses; each gets a free port of the loopback interface. Default: `--listen`. */
  readonly listens?: readonly string[];
  readonly args: readonly string[];
  /** Folder for its log. */
  readonly folder: string;
  /** Where it leaves a CPU profile. Undefined: none. */
  readonly profile: ProfilePlace | undefined;
}

const readyTimeoutMs = 30_000;
const running = new Set<ChildProcess>();
process.once("exit", () => running.forEach((child) => child.kill("SIGKILL")));

/** Starts an app on a free port and waits until it serves. Throws, with the end of its log, where it does not. */
export async function startApp(options: AppProcessOptions): Promise<AppProcess> {
  const { app, args, folder } = options;
  const logFile = path.join(folder, `${app}.log`);
  const log = openSync(logFile, "a");
  const main = options.program ?? path.join(repoRoot, "apps", app, "src/main.ts");
  const listens = (options.listens ?? ["--listen"]).flatMap((flag) => [flag, "127.0.0.1:0"]);
  const child = spawn(process.execPath, [...profileFlags(options.profile), main, ...listens, ...args], {
    cwd: folder,
    stdio: ["ignore", "pipe", log],
  });
  closeSync(log);
  running.add(child);
  const ended = once(child, "exit").finally(() => running.delete(child));
  const deadline = AbortSignal.timeout(readyTimeoutMs);
  deadline.addEventListener("abort", () => child.stdout?.destroy());
  try {
    const endpoints = await readEndpoints(child);
    const url = endpoints[options.endpoint ?? app];
    if (url === undefined) throw new Error(`it has no endpoint ${options.endpoint ?? app}`);
    await untilServing(url, deadline);
    return { url, endpoints, pid: child.pid!, stop: () => stop(child, ended) };
  } catch (cause) {
    child.kill("SIGKILL");
    const words = readFileSync(logFile, "utf8").slice(-2000);
    throw new Error(`Cannot start ${app}: it did not get ready.\n${words}`, { cause });
  }
}

async function readEndpoints(child: ChildProcess): Promise<Record<string, string>> {
  for await (const line of createInterface(child.stdout!)) {
    const message = JSON.parse(line) as { ready?: boolean; endpoints: Record<string, string> };
    if (message.ready !== true) continue;
    child.stdout!.resume();
    return message.endpoints;
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
