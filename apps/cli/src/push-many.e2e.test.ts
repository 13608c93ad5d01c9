import { makeTempFolder } from "@timewell/setup";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "@timewell/ttl";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fakeIo } from "./fake-io.testdata.ts";
import { runCli } from "./run-cli.ts";
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

/** In this process, which is faster. */
async function runHere(...args: string[]) {
  const io = fakeIo({ cwd, clock: systemClock() });
  const code = await runCli([...args, ...standalone.flags], io);
  return { code, stdout: io.stdout, stderr: io.stderr };
}

/** Applies a view; a module is read once by one process, hence the name. */
async function define(file: string, view: string): Promise<void> {
  const head = `import { count, double, entity, featureView, int64, windowedFeatureView } from "@timewell/define";
const member = entity({ name: "member", joinKeys: { member: "string" } });
`;
  writeFileSync(join(cwd, file), `${head}export const view = ${view};\n`);
  expect(await runHere("apply", file)).toMatchObject({ code: 0 });
}

test("timewell push --also-versions writes to several versions in one step", async () => {
  for (const name of ["points", "score"])
    await define(
      `${name}.ts`,
      `featureView({ name: "points", entity: member, features: { ${name}: double(), level: int64() } })`,
    );
  const row = ["--key", "member=ada", "--set", "points=2", "--set", "score=3", "--set", "level=4"];
  const push = (...versions: string[]) =>
    runHere("push", "points@2", ...row, "--event-time", "now", "--wait", "online", ...versions);
  expect(await push("--also-versions", "1")).toMatchObject({ code: 0 });
  const read = (name: string) => runHere("get", name, "--key", "member=ada");
  expect((await read("points@1:points")).stdout).toContain("2");
  expect((await read("points@2:score")).stdout).toContain("3");
  expect((await push()).stderr).toContain("Cannot find feature points of feature view points@2");
  expect((await push("--also-versions", "1;3")).stderr).toContain("like 1,2.");
  expect((await push("--also-versions", "7")).stderr).toContain("FEATURE_VIEW_NOT_FOUND");
});

test("timewell push takes events of a windowed view by their fields", async () => {
  await define(
    "visits.ts",
    `windowedFeatureView({ name: "visits", entity: member, events: { page: int64() }, aggregates: { visits: count(["1h"]) } })`,
  );
  const push = (set: string) =>
    runHere("push", "visits", "--key", "member=ada", "--set", set, "--event-time", "now", "--wait", "online");
  expect(await push("page=1")).toMatchObject({ code: 0 });
  expect((await runHere("get", "visits:visits_1h", "--key", "member=ada")).stdout).toContain("PRESENT");
  expect((await push("visits_1h=1")).stderr).toContain("Cannot find event field visits_1h");
});
