import { copyFile, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { dataDirectory } from "./data-files.ts";
import { locateFlights } from "./locate-flights.ts";
import { prepareData } from "./prepare.ts";
import { temporaryFolder, us, writeFlights } from "./prepare.testdata.ts";
import { readParquetRows, type ParquetRow } from "./read-parquet-rows.ts";

const files = ["airport_hourly.parquet", "labels.parquet", "route_daily.parquet"];

async function prepareRows(flights: readonly string[]): Promise<Record<string, readonly ParquetRow[]>> {
  await using folder = await temporaryFolder();
  const flightsPath = join(folder.path, "flights.parquet");
  await writeFlights(flightsPath, flights);
  const directory = join(folder.path, "data");
  await prepareData(directory, flightsPath);
  const read = (name: string) => readParquetRows(join(directory, name));
  return {
    airports: await read("airport_hourly.parquet"),
    routes: await read("route_daily.parquet"),
    labels: await read("labels.parquet"),
  };
}

describe("prepareData() on flights made up for a boundary", () => {
  test("counts a flight that leaves exactly on the hour in the hour that begins then", async () => {
    const { airports } = await prepareRows([
      "('2001-01-01 08:59:59.999999', 20, 'ATL', 'LGA')",
      "('2001-01-01 09:00:00', 10, 'ATL', 'LGA')",
      "('2001-01-01 09:59:00', 40, 'ATL', 'LGA')",
    ]);
    expect(airports).toEqual([
      {
        airport: "ATL",
        event_timestamp: us("2001-01-01T09:00:00Z"),
        departures: 1n,
        mean_delay: 20,
        share_late: 1,
      },
      {
        airport: "ATL",
        event_timestamp: us("2001-01-01T10:00:00Z"),
        departures: 2n,
        mean_delay: 25,
        share_late: 0.5,
      },
    ]);
  });

  test("counts a flight that leaves at midnight in the day that begins then", async () => {
    const { routes } = await prepareRows([
      "('2001-01-31 23:59:59', 4, 'ATL', 'LGA')",
      "('2001-02-01 00:00:00', 8, 'ATL', 'LGA')",
    ]);
    expect(routes?.map((row) => [row.event_timestamp, row.mean_delay])).toEqual([
      [us("2001-02-01T00:00:00Z"), 4],
      [us("2001-02-02T00:00:00Z"), 8],
    ]);
  });

  test("takes the 90th percentile between the two nearest delays", async () => {
    const { routes } = await prepareRows([
      "('2001-01-01 08:00', 0, 'ATL', 'LGA')",
      "('2001-01-01 09:00', 10, 'ATL', 'LGA')",
      "('2001-01-01 10:00', 30, 'ATL', 'LGA')",
    ]);
    expect(routes?.[0]?.p90_delay).toBeCloseTo(26, 12);
  });

  test("calls a flight late from 16 minutes on", async () => {
    const { airports, labels } = await prepareRows([
      "('2001-01-01 08:00', 15, 'ATL', 'LGA')",
      "('2001-01-01 08:01', 16, 'ATL', 'ORD')",
    ]);
    expect(airports?.[0]?.share_late).toBe(0.5);
    expect(new Map(labels?.map((row) => [row.destination, row.label]))).toEqual(
      new Map([
        ["LGA", false],
        ["ORD", true],
      ]),
    );
  });

  test("counts a flight without a delay, but not in the figures about delay nor among the labels", async () => {
    const { airports, routes, labels } = await prepareRows([
      "('2001-01-01 08:00', 20, 'ATL', 'LGA')",
      "('2001-01-01 08:30', NULL, 'ATL', 'LGA')",
      "('2001-01-01 08:30', NULL, 'ORD', 'LGA')",
    ]);
    expect(airports?.map((row) => [row.departures, row.mean_delay, row.share_late])).toEqual([
      [2n, 20, 1],
      [1n, null, null],
    ]);
    expect(routes?.map((row) => [row.flights, row.p90_delay])).toEqual([
      [2n, 20],
      [1n, null],
    ]);
    expect(labels).toHaveLength(1);
  });
});

describe("prepareData() on the real flights", () => {
  beforeAll(() => prepareData(dataDirectory));

  test("writes every airport hour", async () => {
    const rows = await readParquetRows(join(dataDirectory, "airport_hourly.parquet"));
    expect(rows).toHaveLength(424_259);
    expect(Object.keys(rows[0] ?? {})).toEqual([
      "airport",
      "event_timestamp",
      "departures",
      "mean_delay",
      "share_late",
    ]);
    expect(rows.reduce((sum, row) => sum + (row.departures as bigint), 0n)).toBe(3_000_000n);
    expect(rows[0]?.event_timestamp).toBe(us("2001-01-01T01:00:00Z"));
    expect(rows.at(-1)?.event_timestamp).toBe(us("2001-07-01T01:00:00Z"));
  });

  test("writes every day of every route", async () => {
    const rows = await readParquetRows(join(dataDirectory, "route_daily.parquet"));
    expect(rows).toHaveLength(570_842);
    expect(new Set(rows.map((row) => `${row.origin}-${row.destination}`)).size).toBe(3_399);
    expect(rows.reduce((sum, row) => sum + (row.flights as bigint), 0n)).toBe(3_000_000n);
    expect(rows.at(-1)?.event_timestamp).toBe(us("2001-07-02T00:00:00Z"));
  });

  test("samples the same 50,000 flights in the same order on every machine", async () => {
    const rows = await readParquetRows(join(dataDirectory, "labels.parquet"));
    expect(rows).toHaveLength(50_000);
    expect(rows.filter((row) => row.label === true)).toHaveLength(10_123);
    expect(rows.slice(0, 2)).toEqual([
      { origin: "ALB", destination: "BOS", event_timestamp: us("2001-02-03T12:08:00Z"), label: false },
      { origin: "ATL", destination: "LGA", event_timestamp: us("2001-06-04T20:12:00Z"), label: false },
    ]);
    const times = rows.map((row) => row.event_timestamp as bigint);
    expect(times).not.toEqual(times.toSorted((a, b) => (a < b ? -1 : 1)));
  });

  test("marks every time as UTC in the files", async () => {
    const { parquetMetadataAsync, asyncBufferFromFile } = await import("hyparquet");
    for (const name of files) {
      const metadata = await parquetMetadataAsync(await asyncBufferFromFile(join(dataDirectory, name)));
      const time = metadata.schema.find((element) => element.name === "event_timestamp");
      expect(time?.logical_type).toMatchObject({ type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MICROS" });
    }
  });
});

describe("prepareData() on a folder that was prepared before", () => {
  const flights = ["('2001-01-01 08:00', 20, 'ATL', 'LGA')"];

  test("leaves files alone that are unchanged", async () => {
    await using folder = await temporaryFolder();
    const flightsPath = join(folder.path, "flights.parquet");
    await writeFlights(flightsPath, flights);
    const directory = join(folder.path, "data");
    const statAll = () => Promise.all(files.map((name) => stat(join(directory, name))));
    expect(await prepareData(directory, flightsPath)).toEqual({ written: true });
    const before = await statAll();
    expect(await prepareData(directory, flightsPath)).toEqual({ written: false });
    expect((await statAll()).map((file) => file.mtimeMs)).toEqual(before.map((file) => file.mtimeMs));
  });

  test("writes a file again that was cut short, and leaves no temporary file", async () => {
    await using folder = await temporaryFolder();
    const flightsPath = join(folder.path, "flights.parquet");
    await writeFlights(flightsPath, flights);
    const directory = join(folder.path, "data");
    await prepareData(directory, flightsPath);
    await writeFile(join(directory, "labels.parquet"), "PAR1");

    expect(await prepareData(directory, flightsPath)).toEqual({ written: true });
    expect(await readParquetRows(join(directory, "labels.parquet"))).toHaveLength(1);
    expect((await readdir(directory)).sort()).toEqual([".prepared.json", ...files]);
  });

  test("writes the files again when the flight table is another one", async () => {
    await using folder = await temporaryFolder();
    const flightsPath = join(folder.path, "flights.parquet");
    await writeFlights(flightsPath, flights);
    const directory = join(folder.path, "data");
    await prepareData(directory, flightsPath);
    await writeFlights(flightsPath, [...flights, "('2001-01-01 08:00', 20, 'ORD', 'LGA')"]);

    expect(await prepareData(directory, flightsPath)).toEqual({ written: true });
    expect(await readParquetRows(join(directory, "labels.parquet"))).toHaveLength(2);
  });

  test("may run twice at once", async () => {
    await using folder = await temporaryFolder();
    const flightsPath = join(folder.path, "flights.parquet");
    await writeFlights(flightsPath, flights);
    const directory = join(folder.path, "data");
    await Promise.all([prepareData(directory, flightsPath), prepareData(directory, flightsPath)]);

    expect(await prepareData(directory, flightsPath)).toEqual({ written: false });
    expect((await readdir(directory)).sort()).toEqual([".prepared.json", ...files]);
  });

  test("says which flight table it cannot read, and leaves nothing behind", async () => {
    await using folder = await temporaryFolder();
    const flightsPath = join(folder.path, "flights.parquet");
    await copyFile(locateFlights(), flightsPath);
    await writeFile(flightsPath, "PAR1 and then nothing");
    const directory = join(folder.path, "data");

    await expect(prepareData(directory, flightsPath)).rejects.toThrow(/flights\.parquet/);
    expect(await readdir(directory)).toEqual([]);
  });
});
