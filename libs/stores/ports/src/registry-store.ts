import type { Snapshot } from "@timewell/contracts";

/**
 * Keeps every version of every project's snapshot.
 *
 * All methods fail with STORE_UNAVAILABLE when the engine does not answer.
 */
export interface RegistryStore {
  /** Short name of the engine. */
  readonly engine: "memory" | "pglite" | "postgres";

  /** The latest snapshot of a project; undefined where it was never applied. */
  load(project: string): Promise<Snapshot | undefined>;

  /** Name and latest version of every project, in order of name. */
  listProjects(): Promise<{ readonly project: string; readonly version: bigint }[]>;

  /**
   * Gives ids of view versions, unsigned 32 bit from 1, ascending, unique in the whole registry and never given again, also
   * not after a failed save. LIMIT_EXCEEDED where there are not that many left.
   */
  allocateViewIds(count: number): Promise<number[]>;

  /**
   * Stores a snapshot as the next version of its project, durable before it returns. `snapshot.version` must be the stored version plus
   * one (1 for a new project); VERSION_CONFLICT, naming both, where another save came first.
   */
  save(snapshot: Snapshot): Promise<void>;

  /** Checks that the engine answers. */
  check(): Promise<void>;

  /** Releases the engine. */
  close(): Promise<void>;
}
