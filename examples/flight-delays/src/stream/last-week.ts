import { DuckDBInstance } from "@duckdb/node-api";
import { locateFlights } from "../locate-flights.ts";

/** A flight as it leaves. */
export interface Flight {
  readonly origin: string;
  readonly destination: string;
  /** When it left, µs UTC. */
  readonly leftUs: bigint;
  /** Minutes; early flights are negative. */
  readonly delay: number;
}

/** Days of the flight table that are streamed. */
export const streamedDays = 7;

/** The flights of the last week of the flight table, in the order in which they left. */
export async function lastWeek(flightsPath = locateFlights()): Promise<readonly Flight[]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const flights = `read_parquet('${flightsPath.replaceAll("'", "''")}', file_row_number = true)`;
    const reader = await connection.runAndReadAll(
      `SELECT origin, destination, epoch_us(date) AS left_us, delay
       FROM ${flights}
       WHERE date >= (SELECT date_trunc('day', max(date)) - INTERVAL ${streamedDays - 1} DAY FROM ${flights})
         AND delay IS NOT NULL
       ORDER BY date, file_row_number`,
    );
    return reader.getRows().map(([origin, destination, leftUs, delay]) => ({
      origin: origin as string,
      destination: destination as string,
      leftUs: leftUs as bigint,
      delay: Number(delay),
    }));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
