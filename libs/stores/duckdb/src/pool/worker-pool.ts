import { FeatureStoreError } from "@timewell/errors";
import { deserialize } from "node:v8";
import type { Frame } from "../wire/frames.ts";
import type { Job } from "../wire/job.ts";
import { fromWireError, type WireError } from "../wire/wire-error.ts";
import { WorkerProcess } from "./worker-process.ts";

/** How many jobs run and wait. */
export interface WorkerPoolOptions {
  /** Child processes at a time, from 1. */
  readonly workersMax: number;
  /** Jobs that wait for a process; one more is refused as OVERLOADED. */
  readonly queueMax: number;
}

interface Waiter {
  resolve(worker: WorkerProcess): void;
  reject(error: FeatureStoreError): void;
}

/** Child processes that take turns. A process that was stopped or died is replaced; the others do not notice. */
export class WorkerPool {
  private readonly options: WorkerPoolOptions;
  private readonly idle: WorkerProcess[] = [];
  private readonly busy = new Set<WorkerProcess>();
  private readonly waiters = new Set<Waiter>();
  private closed = false;

  constructor(options: WorkerPoolOptions) {
    this.options = options;
  }

  /**
   * Runs a job and yields its frames, `result` last. Returning early or aborting kills the process. The next frame is
   * made only when it is asked for, apart from what the pipe holds.
   */
  async *run(job: Job, signal: AbortSignal): AsyncGenerator<Frame, void, void> {
    const worker = await this.acquire(signal);
    const stop = (): void => worker.kill();
    signal.addEventListener("abort", stop, { once: true });
    let isDone = false;
    try {
      throwIfAborted(signal);
      worker.start(job);
      for (;;) {
        const frame = await worker.next();
        throwIfAborted(signal);
        isDone = frame.kind === "result" || frame.kind === "error";
        if (frame.kind === "error") throw fromWireError(deserialize(frame.payload) as WireError);
        yield frame;
        if (isDone) return;
      }
    } catch (reason) {
      throwIfAborted(signal);
      throw FeatureStoreError.from(reason);
    } finally {
      signal.removeEventListener("abort", stop);
      this.release(worker, isDone);
    }
  }

  /** Process ids of all live children, for tests and metrics. */
  get pids(): number[] {
    return [...this.idle, ...this.busy].map((worker) => worker.pid).filter((pid) => pid !== undefined);
  }

  /** Kills all processes; running and waiting jobs fail with SHUTTING_DOWN or CANCELLED. */
  async close(): Promise<void> {
    this.closed = true;
    for (const waiter of this.waiters) waiter.reject(shuttingDown());
    this.waiters.clear();
    const workers = [...this.idle, ...this.busy];
    for (const worker of workers) worker.kill();
    await Promise.all(workers.map((worker) => worker.exited));
  }

  private acquire(signal: AbortSignal): Promise<WorkerProcess> {
    throwIfAborted(signal);
    if (this.closed) throw shuttingDown();
    const worker = this.takeIdle();
    if (worker !== undefined) return Promise.resolve(worker);
    if (this.waiters.size >= this.options.queueMax) {
      throw new FeatureStoreError(
        "OVERLOADED",
        `Cannot start the job: ${this.options.workersMax} run and ${this.waiters.size} wait`,
        { hint: "Try again later" },
      );
    }
    return this.wait(signal);
  }

  private wait(signal: AbortSignal): Promise<WorkerProcess> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.waiters.delete(waiter);
        reject(cancelled());
      };
      const waiter: Waiter = {
        resolve: (worker) => {
          signal.removeEventListener("abort", leave);
          resolve(worker);
        },
        reject,
      };
      this.waiters.add(waiter);
      signal.addEventListener("abort", leave, { once: true });
    });
  }

  private takeIdle(): WorkerProcess | undefined {
    while (this.idle.length > 0) {
      const worker = this.idle.pop()!;
      if (worker.isUsable) return this.occupy(worker);
    }
    return this.busy.size < this.options.workersMax ? this.occupy(new WorkerProcess()) : undefined;
  }

  /** Starts the process that the next job will want, once whoever gave up has been told. */
  private refill(): void {
    if (this.closed || this.idle.length + this.busy.size >= this.options.workersMax) return;
    this.idle.push(new WorkerProcess());
  }

  private occupy(worker: WorkerProcess): WorkerProcess {
    this.busy.add(worker);
    return worker;
  }

  private release(worker: WorkerProcess, isDone: boolean): void {
    this.busy.delete(worker);
    if (!isDone) worker.kill();
    if (this.closed) {
      worker.kill();
      return;
    }
    if (worker.isUsable) {
      worker.rest();
      this.idle.push(worker);
    } else setImmediate(() => this.refill());
    const [waiter] = this.waiters;
    if (waiter === undefined) return;
    this.waiters.delete(waiter);
    waiter.resolve(this.takeIdle()!);
  }
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled();
}

function cancelled(): FeatureStoreError {
  return new FeatureStoreError("CANCELLED", "Cannot finish the job: the caller gave up");
}

function shuttingDown(): FeatureStoreError {
  return new FeatureStoreError("SHUTTING_DOWN", "Cannot start the job: the engine is closing", {
    hint: "Try again in a moment",
  });
}
