import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";

/** The last of what a program said that is kept to tell why it failed, characters. */
const lastWordsMax = 2000;

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
    process.once("exit", () => this.#child.kill("SIGKILL"));
  }

  /** Process id. */
  get pid(): number {
    return this.#child.pid!;
  }

  /** Asks one question at a time. Throws, with what the program said last, where it fails, ends, or takes too long. */
  async ask<Answer extends object>(question: object, timeoutMs: number): Promise<Answer> {
    const signal = AbortSignal.timeout(timeoutMs);
    const answered = once(this.#lines, "line", { signal }) as Promise<[string]>;
    this.#child.stdin!.write(`${JSON.stringify(question)}\n`);
    const ended = once(this.#child, "exit", { signal }).then(() => {
      throw new Error(`its process ended: ${this.#lastWords.trim()}`);
    });
    ended.catch(() => undefined);
    answered.catch(() => undefined);
    const [line] = await Promise.race([answered, ended]).catch((cause: unknown) => {
      if (!signal.aborted) throw cause;
      throw new Error(`it did not answer within ${timeoutMs / 1000} s`, { cause });
    });
    const answer = JSON.parse(line) as Answer | { readonly error: string };
    if ("error" in answer) throw new Error(answer.error);
    return answer;
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
