export { createDuckdbEngine, type DuckdbEngine } from "./create-duckdb-engine.ts";
export type { DuckdbEngineOptions } from "./duckdb-engine-options.ts";
