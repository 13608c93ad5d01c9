import type { PrintedMetric } from "../metrics/metric-family.ts";
import type { Endpoint, FromWorker, ServiceStates, ToWorker, WorkerProcess } from "./worker-messages.ts";

/** How a worker ended. */
export interface WorkerExit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** One worker, as the primary process sees it. */
export class WorkerMember {
  readonly slot: number;
  readonly pid: number;
  readonly startedAtMs: number;
  readonly #process: WorkerProcess;
  readonly #exited = Promise.withResolvers<WorkerExit>();
  readonly #ready = Promise.withResolvers<boolean>();
  readonly #measures = new Map<number, (metrics: readonly PrintedMetric[]) => void>();
  #measuresSent = 0;
  #state: "starting" | "ready" | "stopping" | "ended" = "starting";
  #wasAsked = false;
  #leaves = false;
  #services: ServiceStates = {};
  #endpoints: readonly Endpoint[] = [];
  #metrics: readonly PrintedMetric[] = [];

  constructor(process: WorkerProcess, slot: number, startedAtMs: number) {
    this.#process = process;
    this.slot = slot;
    this.pid = process.pid;
    this.startedAtMs = startedAtMs;
    process.onMessage((message) => this.#take(message));
    process.onExit((code, signal) => {
      this.#state = "ended";
      this.#ready.resolve(false);
      this.#exited.resolve({ code, signal });
    });
  }

  get state() {
    return this.#state;
  }

  /** True where it ends because somebody else told it to. */
  get leaves(): boolean {
    return this.#leaves;
  }

  /** True where it was told to end. */
  get wasAsked(): boolean {
    return this.#wasAsked;
  }

  /** Where it answers, once it is ready. */
  get endpoints(): readonly Endpoint[] {
    return this.#endpoints;
  }

  /** What it last said of its services. */
  get services(): ServiceStates {
    return this.#services;
  }

  /** True where it listens and each of its services answers. */
  get isServing(): boolean {
    return this.#state === "ready" && Object.values(this.#services).every(Boolean);
  }

  /** Its metrics as it last told them. */
  get metrics(): readonly PrintedMetric[] {
    return this.#metrics;
  }

  /** True once it listens; false where it ended before that. */
  get ready(): Promise<boolean> {
    return this.#ready.promise;
  }

  /** Resolves when it has ended. */
  get exited(): Promise<WorkerExit> {
    return this.#exited.promise;
  }

  /** Called with what it tells. */
  onMessage(listener: (message: FromWorker) => void): void {
    this.#process.onMessage(listener);
  }

  send(message: ToWorker): void {
    if (this.#state !== "ended") this.#process.send(message);
  }

  /** Asks it to drain and to end. */
  stop(whole: boolean): void {
    if (this.#state === "ended") return;
    this.#wasAsked = true;
    this.#state = "stopping";
    this.send({ kind: "stop", whole });
  }

  /** Ends it at once, and on purpose. */
  kill(): void {
    if (this.#state === "ended") return;
    this.#wasAsked = true;
    this.#state = "stopping";
    this.#process.kill("SIGKILL");
  }

  /** Its metrics as they are now; as they were where it does not answer before `late` resolves. */
  async measure(late: Promise<unknown>): Promise<readonly PrintedMetric[]> {
    if (this.#state === "starting" || this.#state === "ended") return this.#metrics;
    const id = this.#measuresSent++;
    const answered = new Promise<readonly PrintedMetric[]>((resolve) => this.#measures.set(id, resolve));
    this.send({ kind: "measure", id });
    const ended = this.exited.then(() => this.#metrics);
    try {
      return await Promise.race([answered, ended, late.then(() => this.#metrics)]);
    } finally {
      this.#measures.delete(id);
    }
  }

  #take(message: FromWorker): void {
    if (message.kind === "ready") {
      this.#endpoints = message.endpoints;
      this.#services = message.services;
      if (this.#state === "starting") this.#state = "ready";
      this.#ready.resolve(true);
    } else if (message.kind === "health") {
      this.#services = message.services;
    } else if (message.kind === "leaving") {
      this.#state = "stopping";
      this.#leaves = true;
    } else if (message.kind === "ending") {
      this.#metrics = message.metrics;
    } else if (message.kind === "measured") {
      this.#metrics = message.metrics;
      this.#measures.get(message.id)?.(message.metrics);
    }
  }
}
