export { createIngestionServer, type IngestionServer } from "./server.ts";
export type { Definitions, IngestionDeps, IngestionSettings } from "./ingestion-deps.ts";
export { expiryOption, ingestionOptions, ingestionSettings } from "./config.ts";
