import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { feastPythonPackages, freePort, pythonEnvironment } from "@timewell/setup";

const execute = promisify(execFile);
const prepareScript = fileURLToPath(new URL("feast/prepare.py", import.meta.url));
const readyTimeoutMs = 60_000;

/** How the server is started: the registry stays in memory, one worker that is never replaced, no log line per request. */
const serveFlags = [
  ...["--workers", "1", "--registry_ttl_sec", "86400"],
  ...["--max-requests", "0", "--no-access-log"],
];

/** What a peer is and how it runs, for people. */
export interface FeastFacts {
  /** By package. */
  readonly versions: Readonly<Record<string, string>>;
  readonly flags: string;
}

/** Feast's Python feature server over the same Redis, filled by Feast itself. */
export class FeastPeer {
  readonly url: string;
  readonly facts: FeastFacts;
  readonly #child: ChildProcess;

  private constructor(url: string, facts: FeastFacts, child: ChildProcess) {
    this.url = url;
    this.facts = facts;
    this.#child = child;
  }

  /** Installs Feast where it is missing, and writes all rows of a Parquet file to a Redis through it; returns its repository. */
  static async fill(folder: string, redisUrl: string, parquetFile: string): Promise<FeastRepository> {
    const python = await pythonEnvironment(feastPythonPackages);
    const repository = path.join(folder, "feast");
    mkdirSync(repository);
    const args = [prepareScript, repository, new URL(redisUrl).host, parquetFile];
    const { stdout } = await execute(python, args, { encoding: "utf8" });
    const prepared = JSON.parse(stdout) as { rows: number; versions: Record<string, string> };
    return { folder: repository, program: path.join(path.dirname(python), "feast"), ...prepared };
  }

  /** Starts the server and waits until it answers. */
  static async start(repository: FeastRepository): Promise<FeastPeer> {
    const port = await freePort();
    const args = ["--log-level", "WARNING", "serve", "--host", "127.0.0.1", "--port", String(port)];
    const logFile = path.join(repository.folder, "serve.log");
    const log = openSync(logFile, "a");
    const child = spawn(repository.program, ["--chdir", repository.folder, ...args, ...serveFlags], {
      stdio: ["ignore", log, log],
      detached: true,
    });
    closeSync(log);
    process.once("exit", () => killGroup(child, "SIGKILL"));
    const url = `http://127.0.0.1:${port}`;
    const deadlineMs = performance.now() + readyTimeoutMs;
    while (performance.now() < deadlineMs && child.exitCode === null) {
      const facts = { versions: repository.versions, flags: `--log-level WARNING ${serveFlags.join(" ")}` };
      if (await answers(`${url}/health`)) return new FeastPeer(url, facts, child);
      await sleep(100);
    }
    killGroup(child, "SIGKILL");
    throw new Error(`Cannot start Feast: it did not answer.\n${readFileSync(logFile, "utf8").slice(-2000)}`);
  }

  /** Ends the server and its worker. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, "exit");
    killGroup(this.#child, "SIGTERM");
    await ended;
  }
}

/** A Feast repository whose rows are in Redis. */
export interface FeastRepository {
  readonly folder: string;
  /** Path of the command. */
  readonly program: string;
  readonly rows: number;
  readonly versions: Readonly<Record<string, string>>;
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    (response) => response.ok,
    () => false,
  );
}

/** The server is a master and a worker. */
function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-child.pid!, signal);
  } catch {
    // It has ended already.
  }
}
