import { createDatabase } from "@timewell/setup";
import type { QuarantineLimits } from "@timewell/store-ports";
import type { Clock } from "@timewell/ttl";
import { openPostgres, type PostgresStores } from "./open-postgres.ts";
import { PgDatabase } from "./pg-database.ts";

/** Connects to a database without touching its schema. */
export function connect(url: string): PgDatabase {
  return new PgDatabase({ url, poolMax: 1, statementTimeoutMs: 10_000, connectTimeoutMs: 5_000 });
}

let database: Promise<string> | undefined;

/** Makes places for the engine suites: one database for each test file, emptied after each test. */
export function emptyPlaces<Store>(pick: (stores: PostgresStores) => Store) {
  return async (clock: Clock, quarantineLimits?: QuarantineLimits) => {
    database ??= createDatabase();
    const url = await database;
    return {
      open: async () => pick(await openPostgres(url, { clock, poolMax: 4, quarantineLimits })),
      dispose: async () => {
        const session = connect(url);
        await session.script("DROP SCHEMA timewell CASCADE");
        await session.close();
      },
    };
  };
}
