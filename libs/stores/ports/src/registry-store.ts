import type { Model, Snapshot } from "@timewell/contracts";
import type { ModelFilter, RecordedModel } from "./recorded-model.ts";

/**
 * Keeps every version of every project's snapshot, and the models that were recorded.
 *
 * All methods fail with STORE_UNAVAILABLE when the engine does not answer.
 */
export interface RegistryStore {
  /** Short name of the engine. */
  readonly engine: "memory" | "pglite" | "postgres";

  /** A snapshot of a project, the latest where no version is named; undefined where there is none. */
  load(project: string, version?: bigint): Promise<Snapshot | undefined>;

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

  /**
   * Stores a model under its name and version, durable before it returns. Where there is one already it stays as it is.
   * Returns what is stored, in both cases.
   */
  recordModel(project: string, model: Model): Promise<Model>;

  /** Recorded models of a project, at most `modelsMax`, the latest first. */
  listModels(project: string, filter: ModelFilter, modelsMax: number): Promise<RecordedModel[]>;

  /** Checks that the engine answers. */
  check(): Promise<void>;

  /** Releases the engine. */
  close(): Promise<void>;
}
