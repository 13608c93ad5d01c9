import type { PrintedMetric } from "../metrics/metric-family.ts";

/** Where an app answers. */
export interface Endpoint {
  readonly name: string;
  readonly url: string;
}

/** Services by name, and whether they answer. */
export type ServiceStates = Readonly<Record<string, boolean>>;

/** What the primary process tells a worker. */
export type ToWorker =
  /** `joins`: other workers serve already, so that this one must not take calls before it can answer them. */
  | { readonly kind: "start"; readonly slot: number; readonly joins: boolean }
  | { readonly kind: "reload" }
  /** `whole`: the server ends, not only this worker. */
  | { readonly kind: "stop"; readonly whole: boolean }
  /** Asks for the worker's own metrics. */
  | { readonly kind: "measure"; readonly id: number }
  /** The metrics of all workers, which the worker asked for; no text where they cannot be had. */
  | { readonly kind: "printed"; readonly id: number; readonly text?: string | undefined }
  /** What the server as a whole says of its health. */
  | { readonly kind: "health"; readonly services: ServiceStates };

/** What a worker tells the primary process. */
export type FromWorker =
  | { readonly kind: "hello" }
  /** It listens. */
  | { readonly kind: "ready"; readonly endpoints: readonly Endpoint[]; readonly services: ServiceStates }
  | { readonly kind: "health"; readonly services: ServiceStates }
  | { readonly kind: "measured"; readonly id: number; readonly metrics: readonly PrintedMetric[] }
  /** Asks for the metrics of all workers. */
  | { readonly kind: "print"; readonly id: number }
  /** It drains because somebody else than the primary process told it to. */
  | { readonly kind: "leaving" }
  /** Its last words before it ends. */
  | { readonly kind: "ending"; readonly metrics: readonly PrintedMetric[] };

/** A child process that runs a worker. */
export interface WorkerProcess {
  readonly pid: number;
  send(message: ToWorker): void;
  kill(signal: "SIGKILL"): void;
  onMessage(listener: (message: FromWorker) => void): void;
  onExit(listener: (code: number | null, signal: string | null) => void): void;
}
