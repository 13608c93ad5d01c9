import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@timewell/ttl";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fakeIo } from "./fake-io.testdata.ts";
import { runCli } from "./run-cli.ts";
import { startTestStandalone, type TestStandalone } from "./standalone.testdata.ts";

const root = mkdtempSync(join(tmpdir(), "timewell-training-sets-"));
const cwd = join(root, "flights");
let standalone: TestStandalone;

const module = `
import { csvSource, double, entity, featureService, featureView } from "@timewell/define";
const airport = entity({ name: "airport", joinKeys: { airport: "string" } });
export const hourly = featureView({
  name: "hourly", entity: airport, features: { mean_delay: double() },
  source: csvSource({ path: "hourly.csv", eventTime: "at" }),
});
export const pushed = featureView({ name: "pushed", entity: airport, features: { score: double() } });
export const service = featureService({ name: "delay_v1", views: [hourly, pushed] });
`;

async function run(...args: string[]) {
  const io = fakeIo({ cwd, clock: systemClock(), columns: 200 });
  const code = await runCli([...args, ...standalone.flags], io);
  return { code, stdout: io.stdout, stderr: io.stderr };
}

async function push(score: number): Promise<void> {
  const row = ["--key", "airport=ATL", "--set", `score=${score}`, "--event-time", "2026-01-01T00:00:00Z"];
  expect(await run("push", "pushed", ...row, "--wait", "online")).toMatchObject({ code: 0 });
}

async function train(out: string, ...more: string[]): Promise<string> {
  const args = [
    "train",
    "delay_v1",
    "--labels",
    "labels.csv",
    "--mode",
    "event-time",
    "--out",
    out,
    "--output",
    "json",
  ];
  const { stdout, stderr } = await run(...args, ...more);
  if (stdout === "") throw new Error(stderr);
  return (JSON.parse(stdout) as { receipt: { trainingSetId: string } }).receipt.trainingSetId;
}

let first: string;
let second: string;

beforeAll(async () => {
  mkdirSync(cwd);
  standalone = await startTestStandalone(join(root, "data"), cwd);
  writeFileSync(join(cwd, "features.ts"), module);
  writeFileSync(join(cwd, "hourly.csv"), "airport,at,mean_delay\nATL,2026-01-01T00:00:00Z,5\n");
  writeFileSync(
    join(cwd, "labels.csv"),
    "airport,event_timestamp\nATL,2026-01-02T00:00:00Z\nBOS,2026-01-02T00:00:00Z\n",
  );
  expect(await run("apply", "features.ts")).toMatchObject({ code: 0, stderr: "" });
  await push(1);
  first = await train("first.parquet");
  await push(2);
  second = await train("second.csv");
}, 60_000);

afterAll(async () => {
  await standalone?.stop();
  rmSync(root, { recursive: true, force: true });
});

test("training-sets list shows the latest first", async () => {
  const { stdout, code } = await run("training-sets", "list");
  expect(code).toBe(0);
  const lines = stdout.split("\n");
  expect(lines[0]).toMatch(/^ID +SERVICE +ROWS +SNAPSHOT +MODE +CREATED +SHARDS DONE$/);
  expect(lines[2]).toMatch(new RegExp(`^${second} +delay_v1.* 2 +[0-9a-f]{12} +event-time +20.*Z +whole$`));
  expect(lines[3]).toMatch(new RegExp(`^${first} `));
  const json = JSON.parse(
    (await run("training-sets", "list", "--limit", "1", "--output", "json")).stdout,
  ) as {
    trainingSets: { trainingSetId: string }[];
  };
  expect(json.trainingSets.map((record) => record.trainingSetId)).toEqual([second]);
  expect((await run("training-sets", "list", "--service", "none")).stdout).toContain("No training set");
});

test("training-sets describe shows receipt, snapshot and files, by the beginning of an id", async () => {
  const { stdout } = await run("training-sets", "describe", first.slice(0, 12));
  expect(stdout).toMatch(
    new RegExp(`^Training set +${first}\nFeatures +delay_v1, revision 1\nMode +event-time\n`),
  );
  expect(stdout).toMatch(/\nLabels +SHA-256 [0-9a-f]{64}, kept\n/);
  expect(stdout).toMatch(/\nRows of the log +1, of which 0 were not available online yet\n/);
  expect(stdout).toMatch(/\nhourly.csv +\d+ +[0-9a-f]{64}\n/);
  expect(stdout).toMatch(/\npushed +pushed@1 +event-time +1 +0 +1\n/);
  expect(stdout).toMatch(/\nhourly__mean_delay +1 +0\n/);
  const none = await run("training-sets", "describe", "ts_ffffffff");
  expect(none.code).toBe(1);
  expect(none.stderr).toContain("TRAINING_SET_NOT_FOUND");
});

test("training-sets diff tells what is not the same", async () => {
  const { stdout } = await run("training-sets", "diff", first, second);
  expect(stdout).toMatch(/\nRows of the log +1 +2\n/);
  expect(stdout).toMatch(/\nDigest +[0-9a-f]{64} +[0-9a-f]{64}\n/);
  expect(stdout).not.toContain("Source file");
  expect((await run("training-sets", "diff", first, first)).stdout).toContain("are made of the same");
});

test("training-sets rebuild writes the same file again, and says that it is verified", async () => {
  const { stdout, stderr } = await run("training-sets", "rebuild", second, "--out", "again.csv");
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^Wrote 2 rows of ts_[0-9a-f]{32} to again.csv in .*\nVerified: its digest /);
  expect(readFileSync(join(cwd, "again.csv"))).toEqual(readFileSync(join(cwd, "second.csv")));
  const earlier = await run("training-sets", "rebuild", first, "--out", "earlier.csv", "--output", "json");
  expect(JSON.parse(earlier.stdout)).toMatchObject({ verified: true, trainingSetId: first });
  expect(readFileSync(join(cwd, "earlier.csv"), "utf8")).toContain(",5,1\n");
});

test("training-sets rebuild refuses a source that has changed, naming the file", async () => {
  appendFileSync(join(cwd, "hourly.csv"), "ATL,2026-01-01T01:00:00Z,6\n");
  const { code, stderr } = await run("training-sets", "rebuild", first, "--out", "never.csv");
  expect(code).toBe(1);
  expect(stderr).toMatch(/SOURCE_CHANGED[^]*source file "hourly.csv"/);
});
