import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

/** A temporary folder that is removed at the end of the scope: `await using folder = await temporaryFolder()`. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "flight-delays-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Writes a flight table with the columns of the real one from SQL rows like `('2001-01-01 08:00', 16, 'ATL', 'LGA')`. */
export async function writeFlights(path: string, rows: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(
    `COPY (
       SELECT date::TIMESTAMP AS date, delay::BIGINT AS delay, 100::BIGINT AS distance, origin, destination
       FROM (VALUES ${rows.join(", ")}) AS v(date, delay, origin, destination)
     ) TO '${path}' (FORMAT parquet)`,
  );
  connection.closeSync();
  instance.closeSync();
}

/** The instant of an ISO 8601 time in µs since the Unix epoch. */
export function us(iso: string): bigint {
  return BigInt(Date.parse(iso)) * 1000n;
}
