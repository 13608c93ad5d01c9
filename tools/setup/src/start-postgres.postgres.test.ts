import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { findBinary } from "./find-binary.ts";
import { startPostgres } from "./start-postgres.ts";

function query(url: string, sql: string): string {
  const psql = findBinary("psql") ?? "psql";
  const result = spawnSync(psql, ["-X", "-A", "-t", "-d", url, "-c", sql], { cwd: "/", encoding: "utf8" });
  return result.stdout.trim() + result.stderr.trim();
}

test("startPostgres() keeps committed rows over kill() and restart()", async () => {
  const postgres = await startPostgres();
  const url = await postgres.createDatabase("kept");
  query(url, "CREATE TABLE t (v int); INSERT INTO t VALUES (42)");
  await postgres.kill();
  await postgres.restart();
  expect(query(url, "SELECT v FROM t")).toBe("42");
  await postgres.stop();
});

test("startPostgres() runs with fsync on", async () => {
  const postgres = await startPostgres();
  expect(query(postgres.url, "SHOW fsync")).toBe("on");
  await postgres.stop();
});
