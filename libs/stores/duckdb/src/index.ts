export { createDuckdbEngine, type DuckdbEngine } from "./create-duckdb-engine.ts";
export type { DuckdbEngineOptions } from "./duckdb-engine-options.ts";
export { readTableFile, type TableFile } from "./files/read-table-file.ts";
export { writeParquetFile, type ParquetFile } from "./files/write-parquet-file.ts";
