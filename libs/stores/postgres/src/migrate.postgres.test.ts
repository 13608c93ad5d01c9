import { createDatabase } from "@timewell/setup";
import { ManualClock } from "@timewell/ttl";
import { describe, expect, it } from "vitest";
import { connect } from "./empty-place.testdata.ts";
import { migrate, readMigrations } from "./migrate.ts";
import { openPostgres } from "./open-postgres.ts";
import { readLogRows } from "./read-log-rows.ts";

describe("migrate()", () => {
  it("runs once where several start at once, and again without effect", async () => {
    const url = await createDatabase();
    const clock = new ManualClock();
    const opened = await Promise.all(
      Array.from({ length: 4 }, () => openPostgres(url, { clock, poolMax: 1 })),
    );
    await opened[0]!.registryStore.allocateViewIds(3);
    opened.push(await openPostgres(url, { clock, poolMax: 1 }));
    expect(await opened.at(-1)!.registryStore.allocateViewIds(1)).toEqual([4]);
    await Promise.all(opened.map((stores) => stores.close()));
    const database = connect(url);
    const rows = await database.query<{ name: string }>(
      "SELECT name FROM timewell.migrations ORDER BY number",
    );
    expect(rows.map(({ name }) => name)).toEqual(readMigrations().map(({ name }) => name));
    await database.close();
  });

  it("is numbered from 1 without gaps", () => {
    expect(readMigrations().map(({ number }) => number)).toEqual(readMigrations().map((_, i) => i + 1));
  });

  it("refuses a migration that was changed after it was applied", async () => {
    const database = connect(await createDatabase());
    await migrate(database);
    const changed = readMigrations().map((it) => (it.number === 2 ? { ...it, sql: `${it.sql} ` } : it));
    await expect(migrate(database, changed)).rejects.toMatchObject({
      kind: "STORE_MISCONFIGURED",
      message: expect.stringContaining("0002_offline.sql"),
    });
    await database.close();
  });

  it("refuses a database that a later version has migrated", async () => {
    const database = connect(await createDatabase());
    await migrate(database);
    await expect(migrate(database, readMigrations().slice(0, 2))).rejects.toMatchObject({
      kind: "STORE_MISCONFIGURED",
      message: expect.stringContaining("migration 3"),
    });
    await database.close();
  });

  it("keeps stamps of rows that have them", async () => {
    const database = connect(await createDatabase());
    const known = readMigrations();
    const stamping = known.findIndex(({ name }) => name.endsWith("_log_stamps.sql"));
    await migrate(database, known.slice(0, stamping));
    await database.query(
      `INSERT INTO timewell.log_rows SELECT p, n, 7, n, 5, CASE WHEN n <> 4 THEN 100 + n / 3 END, false, 'k', ''
       FROM generate_series(1, 2) AS p, generate_series(1, 6) AS n`,
    );
    await migrate(database);
    const reads = [1, 2].map((partition) => ({ partition, afterPosition: 0n, rowsMax: 9 }));
    const rows = await readLogRows(database, reads);
    const stamps = [100n, 100n, 101n, undefined, 101n, 102n];
    expect(rows.map((part) => part.map((row) => row.availableTimeUs))).toEqual([stamps, stamps]);
    await database.close();
  });

  it("applies all or nothing", async () => {
    const database = connect(await createDatabase());
    const known = readMigrations();
    const number = known.length + 1;
    const broken = [
      ...known,
      { number, name: `${String(number).padStart(4, "0")}_broken.sql`, sql: "SELECT nothing_there" },
    ];
    await expect(migrate(database, broken)).rejects.toMatchObject({ kind: "INTERNAL" });
    const [row] = await database.query<{ there: boolean }>(
      "SELECT to_regclass('timewell.migrations') IS NOT NULL AS there",
    );
    expect(row!.there).toBe(false);
    await database.close();
  });
});
