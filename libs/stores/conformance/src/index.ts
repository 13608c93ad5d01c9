export {
  describeIngestLog,
  type IngestLogCategory,
  type IngestLogSuiteOptions,
} from "./describe-ingest-log.ts";
export type { EnginePlace, EnginePlaceFactory } from "./engine-place.ts";
