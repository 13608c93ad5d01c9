import type { CompiledProject } from "@timewell/model";
import type { OnlineStore } from "@timewell/store-ports";
import type { Clock } from "@timewell/ttl";

/** Where serving finds its compiled snapshots. The registry follower is one; it is never asked over the network in a request. */
export interface ServedDefinitions {
  /** PROJECT_NOT_FOUND, or REGISTRY_UNAVAILABLE where nothing was ever loaded. */
  project(name: string): CompiledProject;
  projects(): readonly CompiledProject[];
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
}

/** What serving tells about itself. */
export interface ServingMetrics {
  /** Rows of one view that were read, by status. */
  countViewRows(project: string, view: string, status: string, rows: number): void;
  /** How old a served row was, seconds. */
  observeAge(project: string, view: string, ageSeconds: number): void;
  /** How long one read of the store took, seconds, and how many keys it had. */
  observeStoreRead(seconds: number, keys: number): void;
}
