import type { ProfilePlace } from "../harness/profile-flags.ts";
import { WorkerProcess } from "../harness/worker-process.ts";

/** What the echo is asked. */
export interface EchoQuestion {
  /** Answer with this many bytes from now on. Absent: as before. */
  readonly answerBytes?: number;
}

/** What the echo tells. */
export interface EchoAnswer {
  readonly port: number;
  /** Calls that were answered. */
  readonly calls: number;
}

/** The limit of the stack: grpc-js with identity serializers and one prebuilt answer, in a process of its own. */
export class EchoPeer {
  readonly #process: WorkerProcess<EchoQuestion, EchoAnswer>;

  /** Path of its only method. */
  readonly path = "/timewell.bench.Echo/Get";

  /** Starts it; it leaves a CPU profile where one is wanted. */
  constructor(profile?: ProfilePlace) {
    this.#process = new WorkerProcess(new URL("echo-peer-main.ts", import.meta.url), [], profile);
  }

  /** Answers with so many bytes from now on; returns where it listens. */
  async answerWith(answerBytes: number): Promise<string> {
    const { port } = await this.#process.ask({ answerBytes });
    return `http://127.0.0.1:${port}`;
  }

  /** Calls that were answered so far. */
  async calls(): Promise<number> {
    return (await this.#process.ask({})).calls;
  }

  /** Ends the process. */
  stop(): Promise<void> {
    return this.#process.stop();
  }
}
