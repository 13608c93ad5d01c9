import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { FeatureStoreError } from "@timewell/errors";
import type { SqlDatabase, SqlSession } from "./sql-database.ts";

/** One numbered step of the schema. A released migration is never edited. */
export interface Migration {
  readonly number: number;
  /** File name. */
  readonly name: string;
  readonly sql: string;
}

/** Any number will do, as long as every process uses the same. */
const migrationLock = 7_401_001;

const migrationName = /^(\d{4})_[a-z0-9_]+\.sql$/;

/** The migrations of this version, in order of number. */
export function readMigrations(): Migration[] {
  const folder = new URL("./migrations/", import.meta.url);
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const match = migrationName.exec(name);
      if (match === null) return [];
      return [{ number: Number(match[1]), name, sql: readFileSync(new URL(name, folder), "utf8") }];
    });
}

/**
 * Brings the schema `timewell` up to date in one transaction. Processes that start together take turns by an advisory lock.
 * STORE_MISCONFIGURED where a migration differs from what was applied, or where the database is newer than this version.
 */
export async function migrate(database: SqlDatabase, migrations = readMigrations()): Promise<void> {
  await database.transaction(async (session) => {
    await session.query("SELECT 1 FROM pg_advisory_xact_lock($1::bigint)", [migrationLock]);
    const applied = await appliedMigrations(session);
    const unknown = [...applied.keys()].filter((number) => !migrations.some((it) => it.number === number));
    if (unknown.length > 0) throw newerDatabase(unknown[0]!);
    for (const migration of migrations) {
      const sha256 = createHash("sha256").update(migration.sql).digest("hex");
      const recorded = applied.get(migration.number);
      if (recorded === sha256) continue;
      if (recorded !== undefined) throw changedMigration(migration);
      await session.script(migration.sql);
      await session.query("INSERT INTO timewell.migrations (number, name, sha256) VALUES ($1, $2, $3)", [
        migration.number,
        migration.name,
        sha256,
      ]);
    }
  });
}

async function appliedMigrations(session: SqlSession): Promise<Map<number, string>> {
  // "IF NOT EXISTS" alone needs the right to create a schema even where it is there.
  const [found] = await session.query<{ there: boolean }>(
    "SELECT to_regclass('timewell.migrations') IS NOT NULL AS there",
  );
  if (found?.there !== true) {
    await session.script(`
      CREATE SCHEMA IF NOT EXISTS timewell;
      CREATE TABLE timewell.migrations (
        number bigint PRIMARY KEY,
        name text NOT NULL,
        sha256 text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
      );
    `);
  }
  const rows = await session.query<{ number: bigint; sha256: string }>(
    "SELECT number, sha256 FROM timewell.migrations ORDER BY number",
  );
  return new Map(rows.map(({ number, sha256 }) => [Number(number), sha256]));
}

function newerDatabase(number: number): FeatureStoreError {
  return new FeatureStoreError(
    "STORE_MISCONFIGURED",
    `Cannot use the database: it has migration ${number}, which this version does not know`,
    { hint: "Start the version that made it, or a later one" },
  );
}

function changedMigration({ name }: Migration): FeatureStoreError {
  return new FeatureStoreError(
    "STORE_MISCONFIGURED",
    `Cannot use the database: migration ${name} was applied with another content`,
    { hint: "Restore the migration and put the change into a new one" },
  );
}
