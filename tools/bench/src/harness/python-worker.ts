import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

/** The last of what a program said that is kept to tell why it failed, characters. */
const lastWordsMax = 2000;

const running = new Set<ChildProcess>();
process.once("exit", () => running.forEach((child) => child.kill("SIGKILL")));

/** A Python program that answers each line of JSON with one, in a process of its own. */
export class PythonWorker {
  readonly #child: ChildProcess;
  readonly #lines: Interface;
  #lastWords = "";

  constructor(python: string, args: readonly string[], env: Readonly<Record<string, string>>) {
    this.#child = spawn(python, args, {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, PYTHONWARNINGS: "ignore", ...env },
    });
    this.#child.stderr!.setEncoding("utf8").on("data", (words: string) => {
      this.#lastWords = (this.#lastWords + words).slice(-lastWordsMax);
    });
    this.#lines = createInterface(this.#child.stdout!);
    running.add(this.#child);
    this.#child.once("exit", () => running.delete(this.#child));
  }

  /** Process id. */
  get pid(): number {
    return this.#child.pid!;
  }

  /** Asks one question at a time. Throws, with what the program said last, where it fails, ends, or takes too long. */
  async ask<Answer extends object>(question: object, timeoutMs: number): Promise<Answer> {
    const over = new AbortController();
    const { signal } = over;
    const answered = once(this.#lines, "line", { signal }).then(([line]) => line as string);
    const ended = once(this.#child, "close", { signal }).then(() => {
      throw new Error(`its process ended: ${this.#lastWords.trim()}`);
    });
    const late = sleep(timeoutMs, undefined, { signal }).then(() => {
      throw new Error(`it did not answer within ${timeoutMs / 1000} s`);
    });
    this.#child.stdin!.write(`${JSON.stringify(question)}\n`);
    try {
      const answer = JSON.parse(await Promise.race([answered, ended, late])) as Answer | { error: string };
      if ("error" in answer) throw new Error(answer.error);
      return answer;
    } finally {
      for (const promise of [answered, ended, late]) promise.catch(() => undefined);
      over.abort();
    }
  }

  /** Ends the process, whatever it is doing. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }

  /** Ends the process. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
