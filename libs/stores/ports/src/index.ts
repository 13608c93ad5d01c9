export {
  removalPartition,
  type ApplyOptions,
  type ApplyOutcome,
  type GarbageProgress,
  type OnlineKey,
  type OnlineKeys,
  type Fence,
  type OnlineStore,
  type OnlineWrite,
} from "./online-store.ts";
export {
  isErased,
  logPartitions,
  type AppendExtras,
  type AppendRequest,
  type AppendResult,
  type ErasedFromLog,
  type IngestLog,
  type Lease,
  type LogAppend,
  type LogPosition,
  type LogRow,
  type PartitionProgress,
  type StreamOffsets,
  type StreamPart,
  type StreamPosition,
  type ViewLogCount,
} from "./ingest-log.ts";
export { leaseFenced, offsetsFenced, quarantineFenced, requestIdReused } from "./log-rules.ts";
export {
  defaultQuarantineLimits,
  keptOfQuarantine,
  meetsQuarantineFilter,
  type QuarantineAppend,
  type QuarantinedRow,
  type QuarantineEntry,
  type QuarantineFilter,
  type QuarantineLimits,
  type QuarantinePage,
  type ViewQuarantineCount,
} from "./quarantine.ts";
export { type FailPoint, failPoints, type FailPointHook } from "./fail-point.ts";
export type { ErasedKeys, Erasure } from "./erasure.ts";
export { KeyList } from "./key-list.ts";
export { placesBy } from "./places-by.ts";
export { InMemoryOnlineStore } from "./in-memory-online-store.ts";
export { InMemoryIngestLog } from "./in-memory-ingest-log.ts";
export type { RegistryStore } from "./registry-store.ts";
export type { ModelFilter, RecordedModel } from "./recorded-model.ts";
export { InMemoryRegistryStore } from "./in-memory-registry-store.ts";
export { checkViewIdCount, versionConflict, viewIdMax, viewIdsUsedUp } from "./registry-rules.ts";
export type {
  Backfill,
  BackfillRange,
  Manifest,
  ManifestCommit,
  ManifestSegment,
  MaterializeRun,
  OfflineCatalog,
  RunResult,
  Segment,
  SegmentGarbage,
} from "./offline-catalog.ts";
export {
  addGap,
  type OnlineGap,
  type OnlineGapReason,
  onlineGapsMax,
  type OnlineSighting,
} from "./online-gaps.ts";
export { InMemoryOfflineCatalog } from "./in-memory-offline-catalog.ts";
export { checkManifestCommit, manifestConflict, unknownBackfill, unknownRun } from "./offline-rules.ts";
export type {
  ListedTrainingSet,
  SourceDigest,
  TrainingCatalog,
  TrainingSetEntry,
  TrainingSetPlace,
  TrainingSetQuery,
} from "./training-catalog.ts";
export { InMemoryTrainingCatalog } from "./in-memory-training-catalog.ts";
export {
  receiptHead,
  receiptShard,
  snapshotNotFound,
  trainingSetNotFound,
  unknownErasure,
} from "./training-rules.ts";
export type {
  EncodedRows,
  FileColumn,
  BatchCounts,
  HistoryMode,
  HistoryRow,
  KeyColumn,
  KnownGap,
  LabelFile,
  LaterSegments,
  MergedSegment,
  OfflineEngine,
  OfflineFeature,
  OfflineKey,
  OfflineSource,
  PositionRange,
  RowRange,
  RowSelection,
  SourceScan,
  TrainingPart,
  TrainingPlan,
  TrainingSummary,
  TrainingView,
  TrainingWindows,
  WindowedFeature,
  ViewHistory,
  WrittenSegment,
} from "./offline-engine.ts";
export {
  type LogHistory,
  type LogReading,
  readLogHistory,
  tailRowsMax,
  unavailableRangesMax,
} from "./read-tail.ts";
export { historyRow, viewHistory, type HistoryParts } from "./view-history.ts";
