import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { locateFlights } from "./locate-flights.ts";
import { preparedFiles } from "./prepare-queries.ts";

/** What the files were made from, and their digests; kept beside them. */
interface Stamp {
  readonly recipeSha256: string;
  readonly sourceSha256: string;
  readonly filesSha256: Readonly<Record<string, string | undefined>>;
}

/** What a preparation did. */
export interface Preparation {
  /** False where the files were already there, made by the same recipe from the same source, and unchanged. */
  readonly written: boolean;
}

const stampName = ".prepared.json";

const recipeSha256 = createHash("sha256").update(JSON.stringify(preparedFiles)).digest("hex");

/**
 * Writes `airport_hourly.parquet`, `route_daily.parquet` and `labels.parquet` into `directory`, all times in UTC.
 *
 * The same flight table gives the same rows in the same order everywhere. Files are written aside and renamed when they
 * are whole, and those that would not change stay, so that other processes may read or prepare the folder meanwhile.
 * Throws where the flight table cannot be read or the directory not be written.
 */
export async function prepareData(directory: string, flightsPath = locateFlights()): Promise<Preparation> {
  await mkdir(directory, { recursive: true });
  const sourceSha256 = await sha256(flightsPath);
  if (await isUpToDate(directory, sourceSha256)) return { written: false };

  const aside = await mkdtemp(join(directory, ".writing-"));
  try {
    await writeFiles(aside, flightsPath);
    const stamp: Stamp = { recipeSha256, sourceSha256, filesSha256: await digests(aside) };
    await writeFile(join(aside, stampName), `${JSON.stringify(stamp, null, 2)}\n`);
    const present = await digests(directory);
    for (const { name } of preparedFiles) {
      if (present[name] !== stamp.filesSha256[name])
        await moveDurably(join(aside, name), join(directory, name));
    }
    // Last: a stamp that is there speaks for files that are there.
    await moveDurably(join(aside, stampName), join(directory, stampName));
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  return { written: true };
}

async function writeFiles(directory: string, flightsPath: string): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    await loadFlights(connection, flightsPath);
    for (const { name, sql } of preparedFiles) {
      await connection.run(
        `COPY (${sql}) TO ${quote(join(directory, name))} (FORMAT parquet, COMPRESSION snappy)`,
      );
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function loadFlights(connection: DuckDBConnection, flightsPath: string): Promise<void> {
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run(
    `CREATE TABLE flights AS
     SELECT file_row_number, date, delay, origin, destination
     FROM read_parquet(${quote(flightsPath)}, file_row_number = true)`,
  );
}

async function moveDurably(from: string, to: string): Promise<void> {
  const file = await open(from, "r+");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(from, to);
}

async function isUpToDate(directory: string, sourceSha256: string): Promise<boolean> {
  const stamp = await readStamp(join(directory, stampName));
  if (stamp?.recipeSha256 !== recipeSha256 || stamp.sourceSha256 !== sourceSha256) return false;
  const present = await digests(directory);
  return preparedFiles.every(
    ({ name }) => present[name] !== undefined && present[name] === stamp.filesSha256[name],
  );
}

/** A stamp that is missing or cannot be read means that the files are written again. */
async function readStamp(path: string): Promise<Stamp | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Stamp;
  } catch {
    return undefined;
  }
}

/** Digest of each prepared file; undefined for one that is missing. */
async function digests(directory: string): Promise<Record<string, string | undefined>> {
  const entries: [string, string | undefined][] = [];
  for (const { name } of preparedFiles) {
    entries.push([name, await sha256(join(directory, name)).catch(() => undefined)]);
  }
  return Object.fromEntries(entries);
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
