import { DuckDBInstance, type DuckDBResult } from "@duckdb/node-api";
import { ColumnDigest } from "../harness/column-digest.ts";
import type { PeerAnswer, PeerQuery } from "./duckdb-peer.ts";

// Runs queries that the parent sends, one at a time, and ends with it.
process.on("message", (query: PeerQuery) => {
  void answer(query).then((found) => process.send!(found));
});

async function answer(query: PeerQuery): Promise<PeerAnswer> {
  const start = performance.now();
  const instance = await DuckDBInstance.create(":memory:", {
    threads: String(query.threads),
    memory_limit: `${query.memoryLimitBytes}B`,
    temp_directory: query.tempDirectory,
  });
  const connection = await instance.connect();
  const result = await connection.stream(query.sql);
  const digests = query.isDigested ? result.columnNames().map(() => new ColumnDigest()) : undefined;
  const rows = await fetchAll(result, digests);
  const ms = performance.now() - start;
  connection.closeSync();
  instance.closeSync();
  return { ms, rows, digests: digests?.map((digest) => digest.finish()) };
}

async function fetchAll(result: DuckDBResult, digests: readonly ColumnDigest[] | undefined): Promise<number> {
  let rows = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return rows;
    rows += chunk.rowCount;
    digests?.forEach((digest, i) => chunk.getColumnValues(i).forEach((value) => digest.add(plain(value))));
  }
}

/** Times as µs. */
function plain(value: unknown): unknown {
  return typeof value === "object" && value !== null && "micros" in value ? value.micros : value;
}
