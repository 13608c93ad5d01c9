export type {
  ApplyOptions,
  ApplyOutcome,
  GarbageProgress,
  OnlineKey,
  OnlineStore,
  OnlineWrite,
} from "./online-store.ts";
export {
  logPartitions,
  type AppendRequest,
  type AppendResult,
  type IngestLog,
  type Lease,
  type LogAppend,
  type LogPosition,
  type LogRow,
  type PartitionProgress,
  type ViewLogCount,
} from "./ingest-log.ts";
export { InMemoryIngestLog } from "./in-memory-ingest-log.ts";
export type { RegistryStore } from "./registry-store.ts";
export type {
  Manifest,
  ManifestCommit,
  MaterializeRun,
  OfflineCatalog,
  RunResult,
  Segment,
} from "./offline-catalog.ts";
export type {
  EncodedRows,
  FileColumn,
  HistoryMode,
  HistoryRow,
  LabelFile,
  OfflineEngine,
  OfflineFeature,
  OfflineKey,
  OfflineSource,
  SourceScan,
  TrainingPart,
  TrainingPlan,
  TrainingSummary,
  TrainingView,
  ViewHistory,
  WrittenSegment,
} from "./offline-engine.ts";
export { readTail, tailRowsMax } from "./read-tail.ts";
export { historyRow, viewHistory, type HistoryParts } from "./view-history.ts";
