import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { profileFlags, type ProfilePlace } from "./profile-flags.ts";

/** A program of this package in a process of its own, which answers each message with one message. */
export class WorkerProcess<Question extends object, Answer> {
  readonly #child: ChildProcess;

  /** `module` is the program's URL; it leaves a CPU profile where one is wanted. */
  constructor(module: URL, args: readonly string[] = [], profile?: ProfilePlace) {
    const execArgv = profileFlags(profile);
    this.#child = fork(module, [...args], { serialization: "advanced", execArgv });
  }

  /** Asks one question at a time. Throws where the process ends instead. */
  async ask(question: Question): Promise<Answer> {
    const ended = new AbortController();
    const { signal } = ended;
    const answered = once(this.#child, "message", { signal }).then(([answer]) => answer as Answer);
    const died = once(this.#child, "exit", { signal }).then(() => {
      throw new Error("Cannot measure: a process of the bench ended; see its output above");
    });
    this.#child.send(question);
    try {
      return await Promise.race([answered, died]);
    } finally {
      answered.catch(() => undefined);
      died.catch(() => undefined);
      ended.abort();
    }
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.disconnect();
    await ended;
  }
}
