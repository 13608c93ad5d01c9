export { createIngestionServer, type IngestionServer } from "./server.ts";
export type { Definitions, IngestionDeps, IngestionMetrics, IngestionSettings } from "./ingestion-deps.ts";
export { createIngestionMetrics } from "./ingestion-metrics.ts";
export { expiryOption, ingestionOptions, ingestionSettings, quarantineLimits } from "./config.ts";
