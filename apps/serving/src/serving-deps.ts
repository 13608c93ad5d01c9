import type { CompiledProject } from "@timewell/model";
import type { OnlineStore } from "@timewell/store-ports";
import type { Clock, RowStatus } from "@timewell/ttl";

/** Where serving finds its compiled snapshots. The registry follower is one; it is never asked over the network in a request. */
export interface ServedDefinitions {
  /** PROJECT_NOT_FOUND, or REGISTRY_UNAVAILABLE where nothing was ever loaded. */
  project(name: string): CompiledProject;
  projects(): readonly CompiledProject[];
  /** Calls back with each new version of a project until the result is called. */
  onChange(listener: (project: CompiledProject) => void): () => void;
  /** Milliseconds since the registry was last heard of; undefined where it never was in this process. */
  ageMs(): number | undefined;
}

/** Everything that serving stands on. */
export interface ServingDeps {
  readonly definitions: ServedDefinitions;
  readonly onlineStore: OnlineStore;
  readonly clock: Clock;
  /** Rows older than ttl plus this are NOT_FOUND, µs. */
  readonly graceUs: bigint;
  readonly metrics: ServingMetrics;
  /** The project that clients of Feast read. Undefined: the only one. */
  readonly feastProject?: string | undefined;
}

/** What serving tells about itself. */
export interface ServingMetrics {
  /** Rows of one view that were read, by status. */
  countViewRows(project: string, view: string, status: string, rows: number): void;
  /** How old a served row was, seconds. */
  observeAge(project: string, view: string, ageSeconds: number): void;
  /** How long one read of the store took, seconds, how many keys it had, and how many requests shared it; 1 where not given. */
  observeStoreRead(seconds: number, keys: number, requests?: number): void;
  /** An on-demand feature of a service that could not be computed for one row, and was answered as NULL. */
  countOnDemandError(project: string, service: string, feature: string): void;
  /** The same for one view, looked up once instead of with each row. */
  forView(project: string, view: string): ViewMetrics;
  /** What the requests of one method cost, looked up once. `method` is its path without the first slash, as in other metrics. */
  forMethod(method: string): MethodMetrics;
}

/** Takes values, one by one. */
export interface Observer {
  observe(value: number): void;
}

/** What serving tells about the requests of one method. */
export interface MethodMetrics {
  /** Entity rows of a request. */
  readonly rows: Observer;
  /** Time to read keys and options of a request, seconds. */
  readonly decode: Observer;
  /** Time from there until its stored rows are here, seconds: the read of the store, and the wait for it to begin. */
  readonly read: Observer;
  /** Time to judge rows and write the answer, seconds. */
  readonly assemble: Observer;
}

/** What serving tells about the rows of one view. */
export interface ViewMetrics {
  /** Rows that were read, by status. */
  readonly countRows: (status: RowStatus, rows: number) => void;
  /** How old a served row was, seconds. */
  readonly observeAge: (ageSeconds: number) => void;
}
