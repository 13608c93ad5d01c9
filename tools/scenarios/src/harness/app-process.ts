import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findBinary, repoRoot } from "@timewell/setup";

/** How to run an app. */
export interface AppSpec {
  /** Folder below `apps/`. */
  readonly app: string;
  /** Name of its log file. */
  readonly name: string;
  readonly args: readonly string[];
  /** Where its log and its addresses go. */
  readonly folder: string;
}

/** How an app ended. */
export interface AppEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Time from the request to end, or from the start where nobody asked, ms. */
  readonly tookMs: number;
}

const readyTimeoutMs = 60_000;
const running = new Set<ChildProcess>();
process.once("exit", () => running.forEach((child) => child.kill("SIGKILL")));

/** One app as a process of its own. It dies with this one. */
export class AppProcess {
  readonly spec: AppSpec;
  #child: ChildProcess | undefined;
  #ended: Promise<AppEnd> | undefined;
  #runs = 0;

  constructor(spec: AppSpec) {
    this.spec = spec;
  }

  /** Starts it and waits until it says that it is ready. Throws, with the end of its log, where it does not. */
  async start(env: Readonly<Record<string, string>> = {}): Promise<this> {
    this.launch(env);
    const deadline = performance.now() + readyTimeoutMs;
    while (!this.log().includes('"ready":true')) {
      if (!this.isRunning || performance.now() > deadline) {
        const end = this.log().slice(-4_000);
        await this.kill();
        throw new Error(`${this.spec.name} did not get ready:\n${end}`);
      }
      await sleep(20);
    }
    return this;
  }

  /** Starts it, with more in its environment, and waits for nothing: for starts that must fail. */
  launch(env: Readonly<Record<string, string>> = {}): void {
    const { app, args } = this.spec;
    this.#runs++;
    const command = [process.execPath, path.join(repoRoot, "apps", app, "src/main.ts"), ...args];
    const setpriv = findBinary("setpriv");
    const [program, ...words] =
      setpriv === undefined ? command : [setpriv, "--pdeathsig=KILL", "--", ...command];
    const log = openSync(this.#logFile, "w");
    const startedMs = performance.now();
    const child = spawn(program as string, words, {
      stdio: ["ignore", log, log],
      cwd: this.spec.folder,
      env: { ...process.env, ...env },
    });
    closeSync(log);
    running.add(child);
    this.#child = child;
    this.#ended = once(child, "exit").then(([code, signal]) => {
      running.delete(child);
      return {
        code: code as number | null,
        signal: signal as NodeJS.Signals | null,
        tookMs: performance.now() - startedMs,
      };
    });
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Its process id. */
  get pid(): number {
    if (this.#child?.pid === undefined) throw new Error(`${this.spec.name} was not started`);
    return this.#child.pid;
  }

  /** Everything that this run wrote, of log and output. */
  log(): string {
    return readFileSync(this.#logFile, "utf8");
  }

  /** Resolves when it has ended by itself. */
  async ended(): Promise<AppEnd> {
    if (this.#ended === undefined) throw new Error(`${this.spec.name} was not started`);
    return this.#ended;
  }

  /** Sends a signal and waits for nothing. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Ends it as a crash would, and waits for the end. */
  async kill(): Promise<void> {
    if (!this.isRunning) return;
    this.signal("SIGKILL");
    await this.ended();
  }

  /** Asks it to end, and says how it did; ends it by force after 15 s. */
  async stop(): Promise<AppEnd> {
    if (!this.isRunning) return this.ended();
    const askedMs = performance.now();
    this.signal("SIGTERM");
    const late = setTimeout(() => this.signal("SIGKILL"), 15_000);
    const end = await this.ended();
    clearTimeout(late);
    return { ...end, tookMs: performance.now() - askedMs };
  }

  get #logFile(): string {
    return path.join(this.spec.folder, `${this.spec.name}-${this.#runs}.log`);
  }
}
