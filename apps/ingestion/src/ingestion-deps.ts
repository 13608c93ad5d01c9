import type { CompiledConstraint, CompiledProject, CompiledView } from "@timewell/model";
import type { AllowedRoots } from "@timewell/service";
import type {
  FailPointHook,
  IngestLog,
  OfflineCatalog,
  OfflineEngine,
  OnlineStore,
  TrainingCatalog,
} from "@timewell/store-ports";
import type { Clock } from "@timewell/ttl";

import type { KafkaSettings } from "./streams/kafka-settings.ts";
import type { StreamMetrics } from "./streams/stream-metrics.ts";
import type { UpkeepSettings } from "./segments/upkeep-settings.ts";

/** Where ingestion finds definitions. The registry follower is one. */
export interface Definitions {
  /** PROJECT_NOT_FOUND, or REGISTRY_UNAVAILABLE where nothing was ever loaded. */
  project(name: string): CompiledProject;
  /** Every project that is known. */
  projects(): readonly CompiledProject[];
  /** How long ago they were last confirmed to be the newest, ms; undefined where they never were in this process. */
  ageMs(): number | undefined;
  /** Calls back with each new version of a project until the result is called. Absent: nothing changes. */
  onChange?(listener: (project: CompiledProject) => void): () => void;
  /** A view version that was deleted, as it was last. Absent: what was deleted is not known any more. */
  deletedView?(viewId: number): Promise<CompiledView | undefined>;
  /** The project as it was at a version. Absent: only the present definitions are known. */
  projectAt?(name: string, version: bigint): Promise<CompiledProject>;
}

/** How ingestion behaves. */
export interface IngestionSettings {
  /** Push rows further in the future than this are refused, µs. */
  readonly futureToleranceUs: bigint;
  /** Rows older than ttl plus this are forgotten, µs. */
  readonly graceUs: bigint;
  /** `physical`: the online store drops such rows by itself; `none`: `gc` does. */
  readonly expiry: "physical" | "none";
  /** Pushes are refused with OVERLOADED while more rows than this wait to be applied. */
  readonly backlogRowsMax: bigint;
  /** Log rows are written to segments at least this often, ms. */
  readonly flushIntervalMs: number;
  /** Flushed log rows are kept in the log this long, µs. */
  readonly logRetentionUs: bigint;
  /** How long a partition's lease lasts without renewal, ms. */
  readonly leaseMs: number;
  /** How segments, files and refused rows are kept few. Absent: `defaultUpkeep`. */
  readonly upkeep?: UpkeepSettings | undefined;
  /** Where topics are read from. Absent: none is. */
  readonly kafka?: KafkaSettings | undefined;
}

/** Everything that ingestion stands on. */
export interface IngestionDeps {
  readonly definitions: Definitions;
  readonly onlineStore: OnlineStore;
  readonly ingestLog: IngestLog;
  readonly offlineCatalog: OfflineCatalog;
  /** Training sets, and the receipts of erased entities. */
  readonly trainingCatalog: TrainingCatalog;
  readonly offlineEngine: OfflineEngine;
  /** Folder of the segments, absolute. */
  readonly offlineRoot: string;
  /** Folder of the labels of training sets, absolute. */
  readonly labelsRoot: string;
  readonly roots: AllowedRoots;
  readonly clock: Clock;
  /** Makes ids that never repeat. */
  readonly newId: () => string;
  readonly log: Log;
  /** Absent: nothing is counted. */
  readonly metrics?: IngestionMetrics | undefined;
  /** Called at the fail points; absent: nothing is. Armed by tests alone. */
  readonly failPoint?: FailPointHook | undefined;
  readonly settings: IngestionSettings;
}

/** What ingestion tells about itself. */
export interface IngestionMetrics {
  /** Time of an outage of the online store that went by, seconds. */
  countGap(seconds: number): void;
  /** Readers of topics. Absent: nothing of them is counted. */
  readonly streams?: StreamMetrics;
  /** A row that broke a constraint: refused or written, as its policy says. */
  countViolation(view: CompiledView, constraint: CompiledConstraint): void;
  /** Rows that broke constraints of a view since this process started, by constraint. */
  violationsOf(view: CompiledView): ReadonlyMap<string, number>;
}

/** The part of a pino logger that ingestion uses. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Finds a view version by its id in any project; undefined where no project has it (any more). */
export function viewById(definitions: Definitions, viewId: number): CompiledView | undefined {
  for (const project of definitions.projects()) {
    const view = project.viewsById.get(viewId);
    if (view !== undefined) return view;
  }
  return undefined;
}
