export {
  describeIngestLog,
  type IngestLogCategory,
  type IngestLogSuiteOptions,
} from "./describe-ingest-log.ts";
export {
  describeOnlineStore,
  type OnlineStoreCategory,
  type OnlineStoreSuiteOptions,
} from "./describe-online-store.ts";
export type { EnginePlace, EnginePlaceFactory } from "./engine-place.ts";
