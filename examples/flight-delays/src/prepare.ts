import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { locateFlights } from "./locate-flights.ts";
import { preparedFiles } from "./prepare-queries.ts";

/** What the files were made from, and their digests; kept beside them. */
interface Stamp {
  readonly recipeSha256: string;
  readonly sourceSha256: string;
  readonly filesSha256: Readonly<Record<string, string>>;
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
 * The same flight table gives the same rows in the same order everywhere. Each file is written under another name and
 * then renamed, so that nobody sees a half-written one, and nothing is written where the files are there already.
 * Throws where the flight table cannot be read or the directory not be written.
 */
export async function prepareData(directory: string, flightsPath = locateFlights()): Promise<Preparation> {
  await mkdir(directory, { recursive: true });
  const stampPath = join(directory, stampName);
  const sourceSha256 = await sha256(flightsPath);
  if (await isUpToDate(directory, await readStamp(stampPath), sourceSha256)) return { written: false };

  await rm(stampPath, { force: true });
  await writeFiles(directory, flightsPath);
  const stamp: Stamp = { recipeSha256, sourceSha256, filesSha256: await digests(directory) };
  await replaceFile(stampPath, async (temporary) => {
    await using file = await open(temporary, "wx");
    await file.writeFile(`${JSON.stringify(stamp, null, 2)}\n`);
  });
  return { written: true };
}

async function writeFiles(directory: string, flightsPath: string): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    await loadFlights(connection, flightsPath);
    for (const { name, sql } of preparedFiles) {
      await replaceFile(join(directory, name), async (temporary) => {
        await connection.run(`COPY (${sql}) TO ${quote(temporary)} (FORMAT parquet, COMPRESSION snappy)`);
      });
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

/** Lets `write` fill a new file beside `path`, makes it durable, and puts it in the place of `path` in one step. */
async function replaceFile(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await write(temporary);
    const file = await open(temporary, "r+");
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function isUpToDate(
  directory: string,
  stamp: Stamp | undefined,
  sourceSha256: string,
): Promise<boolean> {
  if (stamp?.recipeSha256 !== recipeSha256 || stamp.sourceSha256 !== sourceSha256) return false;
  const present = await digests(directory).catch(() => undefined);
  return preparedFiles.every(
    ({ name }) => present?.[name] !== undefined && present[name] === stamp.filesSha256[name],
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

async function digests(directory: string): Promise<Record<string, string>> {
  const entries: [string, string][] = [];
  for (const { name } of preparedFiles) entries.push([name, await sha256(join(directory, name))]);
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
