import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTimewellClient } from "@timewell/client";
import { systemClock } from "@timewell/ttl";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fakeIo } from "./fake-io.testdata.ts";
import { runCli } from "./run-cli.ts";
import { spawnCli, startTestStandalone, type TestStandalone } from "./standalone.testdata.ts";

const root = mkdtempSync(join(tmpdir(), "timewell-models-"));
const cwd = join(root, "shop");
const trainingSetId = `ts_${"0".repeat(32)}`;
let standalone: TestStandalone;

async function run(...args: string[]) {
  const io = fakeIo({ cwd, clock: systemClock() });
  const code = await runCli([...args, ...standalone.flags], io);
  return { code, stdout: io.stdout, stderr: io.stderr };
}

beforeAll(async () => {
  mkdirSync(cwd);
  await spawnCli(["init"], cwd);
  standalone = await startTestStandalone(join(root, "data"), cwd);
  expect((await run("apply")).code).toBe(0);
  const client = createTimewellClient({ registryUrl: standalone.flags[1]! });
  for (const version of ["1", "2"]) {
    const model = { name: "churn", version, featureService: "churn_v1", registryVersion: 1n };
    await client.registry.recordModel({
      project: "default",
      model: { ...model, uri: `models:/churn/${version}`, trainingSetId, tags: { flavor: "sklearn" } },
    });
  }
  client.close();
});

afterAll(async () => {
  await standalone?.stop();
  rmSync(root, { recursive: true, force: true });
});

test("models list shows which models read a view, the latest first", async () => {
  const { stdout, code } = await run("models", "list", "--view", "user_daily");
  expect(code).toBe(0);
  const rows = stdout.split("\n").slice(2, 4);
  expect(rows[0]).toMatch(/^churn +2 +churn_v1, revision 1 +user_daily@1 +ts_0{32} +20/);
  expect(rows[1]).toMatch(/^churn +1 /);
  const filtered = await run(
    "models",
    "list",
    "--service",
    "churn_v1",
    "--name",
    "churn",
    "--output",
    "json",
  );
  expect(JSON.parse(filtered.stdout)).toMatchObject({
    project: "default",
    models: [{ version: "2" }, { version: "1", trainingSetId }],
  });
  const none = await run("models", "list", "--training-set", "ts_1");
  expect(none).toMatchObject({
    code: 0,
    stdout: "No model of project default that was asked for is recorded.\n",
  });
});

test("models describe shows everything about one, without a version about the latest", async () => {
  const latest = await run("models", "describe", "churn");
  expect(latest.stdout).toMatch(/^Model +churn\nVersion +2\nLies at +models:\/churn\/2\n/);
  expect(latest.stdout).toMatch(/Tag flavor +sklearn/);
  expect(latest.stdout).toMatch(/user_daily@1 +orders, spent/);
  const first = await run("models", "describe", "churn", "1", "--output", "json");
  expect(JSON.parse(first.stdout)).toMatchObject({ name: "churn", version: "1", registryVersion: "1" });
  const missing = await run("models", "describe", "churn", "9");
  expect(missing).toMatchObject({ code: 1, stdout: "" });
  expect(missing.stderr).toContain("Cannot find model churn 9 in project default.");
  expect(missing.stderr).toContain("Its latest versions are 2, 1.");
  expect((await run("models", "describe")).stderr).toContain("MODEL_NOT_FOUND");
  expect((await run("models", "drop")).stderr).toContain("Use list or describe.");
});

test("plan and delete name the models that read what changes or goes", async () => {
  const source = readFileSync(join(cwd, "features.ts"), "utf8");
  writeFileSync(join(cwd, "changed.ts"), source.replace(/orders: \w+\(/, "orders: double("));
  const plan = await run("plan", "changed.ts");
  expect(plan.stdout).toContain(
    "models: churn 2, churn 1 → they go on reading the version that they were made with",
  );
  const deleted = await run("delete", "service", "churn_v1");
  expect(deleted.stdout).toMatch(
    /^Deleted feature service churn_v1: .*\nRecorded models that read it: churn 2, churn 1\.\n$/,
  );
  const view = await run("delete", "view", "user_daily", "--output", "json");
  expect(JSON.parse(view.stdout)).toMatchObject({ name: "user_daily", models: ["churn 2", "churn 1"] });
});
