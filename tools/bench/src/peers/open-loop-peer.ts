import { WorkerProcess } from "../harness/worker-process.ts";

/** An open loop: requests go out when they are due, whatever became of those before. */
export interface OpenLoopRun {
  readonly perSecond: number;
  readonly ms: number;
  /** Whom to ask; requests take turns. */
  readonly target: GrpcOpenLoop | RedisOpenLoop;
}

/** gRPC calls of one method. */
export interface GrpcOpenLoop {
  readonly kind: "grpc";
  readonly url: string;
  readonly path: string;
  /** Framed request messages. */
  readonly frames: readonly Uint8Array[];
  /** Deadline of each call, s. */
  readonly deadlineS: number;
  /** Bytes of each answer, frame included. */
  readonly answerBytes: number;
}

/** Bare reads. */
export interface RedisOpenLoop {
  readonly kind: "redis";
  readonly url: string;
  readonly keySets: readonly (readonly Uint8Array[])[];
}

/** Latencies in ms, from the time a request was due to the end of its answer. */
export interface OpenLoopLatencies {
  readonly requests: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** How late the generator itself sent, 99 of 100 times at most. */
  readonly sentLateP99: number;
}

/** What a run gave. */
export type OpenLoopAnswer = OpenLoopLatencies | { readonly error: string };

/** A load generator with a schedule, in a process of its own. */
export class OpenLoopPeer {
  readonly #process = new WorkerProcess<OpenLoopRun, OpenLoopAnswer>(
    new URL("open-loop-peer-main.ts", import.meta.url),
  );

  /** Runs one schedule to its end. Throws where any request failed: the run is void. */
  async run(run: OpenLoopRun): Promise<OpenLoopLatencies> {
    const answer = await this.#process.ask(run);
    if ("error" in answer) throw new Error(`The run is void: ${answer.error}`);
    return answer;
  }

  /** Ends the process. */
  stop(): Promise<void> {
    return this.#process.stop();
  }
}
