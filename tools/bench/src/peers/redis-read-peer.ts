import { WorkerProcess } from "../harness/worker-process.ts";

/** What to read. */
export interface RedisReads {
  /** The keys of each request; requests take turns. */
  readonly keySets: readonly (readonly Uint8Array[])[];
  /** Requests on their way at a time. */
  readonly inFlight: number;
  readonly ms: number;
}

/** How it went. */
export interface RedisReadsAnswer {
  /** Requests. */
  readonly perSecond: number;
  /** Keys without a row. */
  readonly missing: number;
}

/** Bare ioredis in a process of its own: what reading the same keys costs without any server. */
export class RedisReadPeer {
  readonly #process: WorkerProcess<RedisReads, RedisReadsAnswer>;

  constructor(redisUrl: string) {
    this.#process = new WorkerProcess(new URL("redis-read-peer-main.ts", import.meta.url), [redisUrl]);
  }

  /** Reads for so long and returns the requests per second. Throws where a row is missing: the run is void. */
  async run(reads: RedisReads): Promise<number> {
    const { perSecond, missing } = await this.#process.ask(reads);
    if (missing > 0) throw new Error(`The run is void: ${missing} keys had no row`);
    return perSecond;
  }

  /** Ends the process. */
  stop(): Promise<void> {
    return this.#process.stop();
  }
}
