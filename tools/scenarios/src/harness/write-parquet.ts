import { DuckDBInstance } from "@duckdb/node-api";

/** Writes what a query answers to a Parquet file; `options` as `COPY` takes them. */
export async function writeParquet(path: string, query: string, options = "COMPRESSION zstd"): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    await connection.run(`COPY (${query}) TO '${path.replaceAll("'", "''")}' (FORMAT parquet, ${options})`);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
