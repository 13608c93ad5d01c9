import type { DuckDBDataChunk } from "@duckdb/node-api";
import type { DataChunk } from "@duckdb/node-bindings";

/** The chunk that the raw bindings know. */
export function rawChunk(chunk: DuckDBDataChunk): DataChunk {
  return (chunk as unknown as { chunk: DataChunk }).chunk;
}
