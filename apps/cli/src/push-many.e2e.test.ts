import { makeTempFolder } from "@timewell/setup";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { spawnCli, startTestStandalone, type TestStandalone } from "./standalone.testdata.ts";

const rowsCount = 10_500;
const cwd = makeTempFolder("many");
let standalone: TestStandalone;

const run = (...args: string[]) => spawnCli([...args, ...standalone.flags], cwd);

beforeAll(async () => {
  expect((await spawnCli(["init"], cwd)).code).toBe(0);
  standalone = await startTestStandalone(join(makeTempFolder("data"), "data"), cwd);
  expect((await run("apply")).code).toBe(0);
});

afterAll(() => standalone?.stop());

test("timewell push streams more rows than a request takes, tells of each in order, and get --after reads them", async () => {
  const rows = Array.from({ length: rowsCount }, (_, i) => ({
    user_id: `u${i}`,
    orders: i,
    event_time: "now",
  }));
  writeFileSync(join(cwd, "rows.json"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const { stdout, stderr, code } = await run("push", "user_daily", "--file", "rows.json", "--output", "json");
  expect(stderr).not.toContain("Error");
  expect(code).toBe(0);
  const document = JSON.parse(stdout) as {
    accepted: number;
    positions: { row: number; partition: number; position: string }[];
  };
  expect(document.accepted).toBe(rowsCount);
  expect(document.positions.map(({ row }) => row)).toEqual(rows.map((_, i) => i));
  const { partition, position } = document.positions[10_400]!;
  const got = await run(
    "get",
    "user_daily:orders",
    "--key",
    "user_id=u10400",
    "--after",
    `${partition}:${position}`,
  );
  expect(got.stdout).toContain("10400");
});
