import type { PrintedMetric } from "../metrics/metric-family.ts";
import type { FromWorker, ToWorker, WorkerProcess } from "./worker-messages.ts";

/** A worker that does what the test says. */
export class FakeWorker implements WorkerProcess {
  readonly pid: number;
  readonly told: ToWorker[] = [];
  readonly #listeners: ((message: FromWorker) => void)[] = [];
  readonly #exits: ((code: number | null, signal: string | null) => void)[] = [];
  /** Answered when it is asked; undefined: no answer. */
  metrics: readonly PrintedMetric[] | undefined = [];
  /** Ends as soon as it is asked to. */
  obeys = true;

  constructor(pid: number) {
    this.pid = pid;
  }

  send(message: ToWorker): void {
    this.told.push(message);
    if (message.kind === "measure" && this.metrics !== undefined)
      this.tell({ kind: "measured", id: message.id, metrics: this.metrics });
    if (message.kind === "stop" && this.obeys) {
      if (this.metrics !== undefined) this.tell({ kind: "ending", metrics: this.metrics });
      this.exit(0, null);
    }
  }

  kill(): void {
    this.exit(null, "SIGKILL");
  }

  onMessage(listener: (message: FromWorker) => void): void {
    this.#listeners.push(listener);
  }

  onExit(listener: (code: number | null, signal: string | null) => void): void {
    this.#exits.push(listener);
  }

  tell(message: FromWorker): void {
    for (const listener of this.#listeners) listener(message);
  }

  /** Says hello, and that it listens. */
  getReady(serving = true): void {
    this.tell({ kind: "hello" });
    this.tell({
      kind: "ready",
      endpoints: [{ name: "one", url: "http://127.0.0.1:1" }],
      services: { Serving: serving },
    });
  }

  exit(code: number | null, signal: string | null): void {
    for (const listener of this.#exits.splice(0)) listener(code, signal);
  }

  /** What it was last told about the health of the server. */
  get health(): boolean | undefined {
    return this.told.findLast((message) => message.kind === "health")?.services["Serving"];
  }
}
