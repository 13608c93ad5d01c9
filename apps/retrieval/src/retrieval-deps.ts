import type { CompiledProject } from "@timewell/model";
import type { AllowedRoots } from "@timewell/service";
import type { IngestLog, OfflineCatalog, OfflineEngine, TrainingCatalog } from "@timewell/store-ports";
import type { Clock } from "@timewell/ttl";

/** Everything that retrieval stands on. */
export interface RetrievalDeps {
  /** Compiled snapshots; the registry follower is one. */
  readonly definitions: {
    project(name: string): CompiledProject;
    /** The project as it was at a version. */
    projectAt(name: string, version: bigint): Promise<CompiledProject>;
  };
  readonly ingestLog: IngestLog;
  readonly offlineCatalog: OfflineCatalog;
  readonly trainingCatalog: TrainingCatalog;
  readonly offlineEngine: OfflineEngine;
  /** Folder of the segments, absolute. */
  readonly offlineRoot: string;
  /** Folder of labels, absolute. */
  readonly labelsRoot: string;
  /** Where paths that callers name may lie. */
  readonly roots: AllowedRoots;
  readonly clock: Clock;
  /** Makes ids that never repeat. */
  readonly newId: () => string;
  /** Rows older than ttl plus this are NOT_FOUND, µs. */
  readonly graceUs: bigint;
  /** A stream that nobody reads, or labels that do not come, for so long end their call, ms. Absent: 60 s. */
  readonly stallMs?: number | undefined;
  /** Rows of every batch but the last. Absent: 65,536, which is what digests of this format version have. */
  readonly batchRows?: number | undefined;
}
