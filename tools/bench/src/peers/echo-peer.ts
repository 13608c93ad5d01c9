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
  readonly #process = new WorkerProcess<EchoQuestion, EchoAnswer>(
    new URL("echo-peer-main.ts", import.meta.url),
  );

  /** Path of its only method. */
  readonly path = "/timewell.bench.Echo/Get";

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
