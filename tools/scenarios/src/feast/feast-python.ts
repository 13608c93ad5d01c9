import { type ChildProcess, spawn } from "node:child_process";
import { openSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { feastPythonPackages, freePort, pythonEnvironment } from "@timewell/setup";

/** What Feast answered a command, or the exception that it raised. */
export type FeastAnswer =
  | { readonly answer: unknown; readonly error?: undefined; readonly message?: undefined }
  | { readonly error: string; readonly message: string; readonly answer?: undefined };

/** Feast as PyPI has it, in a process of its own. */
export class FeastPython {
  readonly #python: string;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #servers: ChildProcess[] = [];

  private constructor(python: string, child: ChildProcess) {
    this.#python = python;
    this.#child = child;
    process.once("exit", () => this.stop());
    this.#lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  }

  /** Installs it where it is missing; `logFile` gets what it prints. */
  static async start(logFile: string): Promise<FeastPython> {
    const python = await pythonEnvironment(feastPythonPackages);
    const script = path.join(import.meta.dirname, "feast_peer.py");
    const child = spawn(python, [script], {
      stdio: ["pipe", "pipe", openSync(logFile, "a")],
      env: quietEnv(),
    });
    return new FeastPython(python, child);
  }

  /** Sends a command and waits for its answer. One at a time. */
  async run(command: Readonly<Record<string, unknown>>): Promise<FeastAnswer> {
    this.#child.stdin!.write(`${jsonOf(command)}\n`);
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error("Feast ended; see its log");
    return JSON.parse(value) as FeastAnswer;
  }

  /** Starts `feast serve` over a repository and returns its address. */
  async serve(repository: string): Promise<string> {
    const port = await freePort();
    const feast = path.join(path.dirname(this.#python), "feast");
    const args = ["serve", "--host", "127.0.0.1", "--port", String(port), "--no-access-log"];
    const log = openSync(path.join(repository, "serve.log"), "a");
    const server = spawn(feast, args, { cwd: repository, stdio: ["ignore", log, log], env: quietEnv() });
    this.#servers.push(server);
    const url = `http://127.0.0.1:${port}`;
    for (;;) {
      if (server.exitCode !== null) throw new Error("feast serve ended; see its log");
      const answer = await fetch(`${url}/health`).catch(() => undefined);
      if (answer?.ok === true) return url;
      await sleep(100);
    }
  }

  /** Ends everything. */
  stop(): void {
    for (const child of [this.#child, ...this.#servers]) child.kill("SIGTERM");
  }
}

/** JSON in which bigint is a number with all its digits. */
export function jsonOf(value: unknown): string {
  const long = /"bigint (-?\d+)"/g;
  const text = JSON.stringify(value, (_key, one: unknown) =>
    typeof one === "bigint" ? `bigint ${one}` : one,
  );
  return text.replace(long, "$1");
}

function quietEnv(): NodeJS.ProcessEnv {
  return { ...process.env, FEAST_USAGE: "False", PYTHONWARNINGS: "ignore" };
}
