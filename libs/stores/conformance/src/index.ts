export {
  describeIngestLog,
  type IngestLogCategory,
  type IngestLogPlaceFactory,
  type IngestLogSuiteOptions,
} from "./describe-ingest-log.ts";
export {
  describeOnlineStore,
  type OnlineStoreCategory,
  type OnlineStoreSuiteOptions,
} from "./describe-online-store.ts";
export type { EnginePlace, EnginePlaceFactory } from "./engine-place.ts";
export {
  describeOfflineCatalog,
  type OfflineCatalogCategory,
  type OfflineCatalogSuiteOptions,
} from "./describe-offline-catalog.ts";
export {
  describeRegistryStore,
  type RegistryStoreCategory,
  type RegistryStoreSuiteOptions,
} from "./describe-registry-store.ts";
export {
  describeTrainingCatalog,
  type TrainingCatalogCategory,
  type TrainingCatalogSuiteOptions,
} from "./describe-training-catalog.ts";
export { describeOfflineEngine } from "./describe-offline-engine.ts";
export type { OfflineEngineFactory } from "./offline-engine-place.ts";
export {
  naiveHopUs,
  naiveWindow,
  type NaiveAnswer,
  type NaiveEvent,
  type NaiveWindow,
} from "./naive-windows.ts";
