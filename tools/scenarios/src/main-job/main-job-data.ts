import { writeFileSync } from "node:fs";
import path from "node:path";
import { writeParquet } from "../harness/write-parquet.ts";

const hourUs = 3_600_000_000n;

/** Zones with history, and one without. */
export const zones = ["a", "b", "c", "d", "e", "f"];

/** The instants of the scenario, relative to the hour in which it runs, µs. */
export interface Instants {
  /** End of the first and of the second range that is materialized. */
  readonly firstUs: bigint;
  readonly secondUs: bigint;
  /** The last full hour. */
  readonly hourUs: bigint;
}

/** Instants for a run that begins now. */
export function instantsFor(nowUs: bigint): Instants {
  const last = nowUs - (nowUs % hourUs);
  return { firstUs: last - 3n * hourUs, secondUs: last - hourUs, hourUs: last };
}

/**
 * Writes the sources: the first zone has a row an hour for ten hours, the others stop earlier so that they expire; two
 * rows share an event time, of which the later in the file wins.
 */
export async function writeSources(dataRoot: string, instants: Instants): Promise<void> {
  const rows = zones.flatMap((zone, z) =>
    Array.from({ length: 10 - 2 * z }, (_, h) => {
      const atUs = instants.hourUs - BigInt(9 - h) * hourUs;
      return [
        `SELECT '${zone}' AS zone, make_timestamptz(${atUs}) AS at, ${z * 100 + h}::BIGINT AS trips, ${h + z / 8}::DOUBLE AS mean_fare`,
        `SELECT '${zone}', make_timestamptz(${atUs}), ${z * 100 + h + 50}::BIGINT, ${h === 4 ? "NULL" : h - z / 8}::DOUBLE`,
      ];
    }).flat(),
  );
  await writeParquet(path.join(dataRoot, "zone_hourly.parquet"), rows.join("\nUNION ALL "));
  const lines = zones
    .slice(0, 3)
    .flatMap((pickup) =>
      zones.map((dropoff, z) => csvLine(pickup, dropoff, instants.hourUs - BigInt(z + 2) * hourUs)),
    );
  writeRoutes(dataRoot, lines);
}

/** One line of the route file; it was created a minute after its event. */
export function csvLine(
  pickup: string,
  dropoff: string,
  atUs: bigint,
  createdUs = atUs + 60_000_000n,
): string {
  return [pickup, dropoff, iso(atUs), iso(createdUs), Number(atUs % 97n) / 4, `${pickup} to ${dropoff}`].join(
    ",",
  );
}

/** Writes the route file. */
export function writeRoutes(dataRoot: string, lines: readonly string[]): void {
  const header = "pickup,dropoff,at,created,minutes,note";
  writeFileSync(path.join(dataRoot, "route_daily.csv"), [header, ...lines, ""].join("\n"));
}

/** A time as CSV files have it. */
export function iso(us: bigint): string {
  return new Date(Number(us / 1_000n)).toISOString().replace("Z", `${String(us % 1_000n).padStart(3, "0")}Z`);
}
