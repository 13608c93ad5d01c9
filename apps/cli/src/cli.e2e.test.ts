import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@timewell/ttl";
import { readTableFile } from "@timewell/store-duckdb";
import { tableFromIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fakeIo } from "./fake-io.testdata.ts";
import { runCli } from "./run-cli.ts";
import { spawnCli, startTestStandalone, type TestStandalone } from "./standalone.testdata.ts";

const root = mkdtempSync(join(tmpdir(), "timewell-e2e-"));
const cwd = join(root, "shop");
let standalone: TestStandalone;

/** A command line against the running services, in this process. */
async function run(...args: string[]) {
  const io = fakeIo({ cwd, clock: systemClock() });
  const code = await runCli([...args, ...standalone.flags], io);
  return { code, stdout: io.stdout, stderr: io.stderr };
}

/** The same with `--output json`; stdout must be one document. */
async function json(...args: string[]) {
  const { code, stdout } = await run(...args, "--output", "json");
  return { code, document: JSON.parse(stdout) as Record<string, unknown> };
}

function write(path: string, content: string | Buffer): string {
  writeFileSync(join(cwd, path), content);
  return path;
}

beforeAll(async () => {
  mkdirSync(cwd);
  expect((await spawnCli(["init"], cwd)).code).toBe(0);
  standalone = await startTestStandalone(join(root, "data"), cwd);
});

afterAll(async () => {
  await standalone?.stop();
  rmSync(root, { recursive: true, force: true });
});

describe("the main job, command by command", () => {
  test("plan ends with 2 while there are changes and with 0 after apply", async () => {
    const plan = await spawnCli(["plan", "features.ts", ...standalone.flags], cwd);
    expect(plan.code).toBe(2);
    expect(plan.stdout).toContain("+ feature view user_daily  (create)");
    expect(plan.stdout).toContain("3 to create, on version 0 of project default");
    const apply = await spawnCli(["apply", ...standalone.flags], cwd);
    expect(apply).toMatchObject({ code: 0, stderr: "" });
    expect(apply.stdout).toContain("Applied version 1 of project default: 3 to create.");
    const again = await spawnCli(["plan", ...standalone.flags, "--output", "json"], cwd);
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toEqual({ project: "default", baseVersion: "1", changes: [] });
  });

  test("apply refuses a base version that is not the current one", async () => {
    const source = readFileSync(join(cwd, "features.ts"), "utf8");
    const path = write("later.ts", source.replace('"30d"', '"60d"'));
    const { code, stderr } = await run("apply", path, "--base-version", "0");
    expect(stderr).toContain("Error (VERSION_CONFLICT): Cannot apply: another apply came first.");
    expect(stderr).toContain("Plan again");
    expect(code).toBe(1);
  });

  test("list and describe show what is defined, delete refuses what is in use", async () => {
    expect((await run("list", "entities")).stdout).toMatch(/user +user_id STRING/);
    expect((await run("list", "feature-views")).stdout).toMatch(
      /user_daily +1 +user +2 +30d +data\/user_daily.csv/,
    );
    expect((await run("list", "services")).stdout).toMatch(/churn_v1 +1 +user_daily/);
    expect((await run("describe", "view", "user_daily")).stdout).toContain("orders   INT64");
    expect((await run("describe", "service", "churn_v1")).stdout).toContain("user_daily@1:spent");
    expect((await json("describe", "entity", "user")).document).toMatchObject({ name: "user" });
    const used = await run("delete", "view", "user_daily");
    expect(used.stderr).toContain("DEFINITION_IN_USE");
    expect(used.code).toBe(1);
  });

  test("materialize and materialize-incremental tell what they did", async () => {
    const { code, document } = await json("materialize", "user_daily", "--from", "-30d", "--to", "now");
    expect(document).toMatchObject({ rowsRead: "56", rowsWritten: "56", run: "1" });
    expect(code).toBe(0);
    // The range began at a date: what is older was covered by no run yet.
    const first = await json("materialize-incremental", "user_daily");
    expect(first.document).toMatchObject({ rowsRead: "56", run: "2", fromUs: "-62135596800000000" });
    const later = await run("materialize-incremental", "user_daily", "--overlap", "2d");
    expect(later.stdout).toMatch(/^Materialized user_daily from .*: 8 rows read, 4 changed online/);
  });

  test("get shows values, statuses and times", async () => {
    const table = await run("get", "churn_v1", "--key", "user_id=ada", "--times");
    expect(table.stdout).toMatch(/user_id=ada\nFEATURE .*EVENT TIME/);
    expect(table.stdout).toMatch(/user_daily__orders +\d+ +PRESENT +20/);
    write("rows.json", '[{"user_id":"ada"},{"user_id":"nobody"}]');
    const { document } = await json("get", "user_daily:spent", "--rows", "rows.json");
    expect(document["rows"]).toMatchObject([
      { views: { user_daily: { status: "PRESENT", version: 1 } } },
      { values: { user_daily__spent: null }, views: { user_daily: { status: "NOT_FOUND" } } },
    ]);
    const before = await json("get", "churn_v1", "--key", "user_id=ada", "--as-of", "-300d");
    expect(before.document["rows"]).toMatchObject([{ views: { user_daily: { status: "NEWER" } } }]);
    const strict = await json("get", "churn_v1", "--key", "user_id=ada", "--max-age", "1ms");
    expect(strict.document["rows"]).toMatchObject([{ views: { user_daily: { status: "EXPIRED" } } }]);
  });

  test("get --verbose tells where the time of its calls went", async () => {
    const ada = ["get", "churn_v1", "--key", "user_id=ada"];
    const { stdout, stderr } = await run(...ada, "--verbose");
    expect(stdout).not.toContain("TRIES");
    expect(stderr).toMatch(/^CALL +SERVER +CODE +TRIES +CONNECT MS/m);
    expect(stderr).toMatch(/^FeatureRegistry\/GetSnapshot +http:\S+ +OK +1 /m);
    expect(stderr).toMatch(/^OnlineServing\/GetOnlineFeatures +http:\S+ +OK +1( +\d+\.\d\d){7}$/m);
    const { document } = await json(...ada, "--verbose");
    expect(document["calls"]).toMatchObject([
      { method: "FeatureRegistry/GetSnapshot", attempts: 1, code: "OK" },
      { method: "OnlineServing/GetOnlineFeatures", attempts: 1, code: "OK" },
    ]);
    expect((await json(...ada)).document).not.toHaveProperty("calls");
  });

  test("get goes on without the registry, and says so", async () => {
    const args = [
      "get",
      "churn_v1",
      "--key",
      "user_id=ada",
      ...standalone.flags,
      "--registry",
      "http://127.0.0.1:9",
    ];
    const io = fakeIo({ cwd, clock: systemClock() });
    expect(await runCli(args, io)).toBe(0);
    expect(io.stdout).toMatch(/user_daily__orders +\d+ +PRESENT/);
    expect(io.stderr).toContain("Warning: Cannot reach registry");
  });

  test("push inserts, deletes and reads many rows from a file", async () => {
    const one = ["--key", "user_id=eve", "--set", "orders=9007199254740993", "--set", "spent=1.5"];
    const put = await run("push", "user_daily", ...one, "--event-time", "now", "--wait", "online");
    expect(put).toMatchObject({ code: 0, stdout: "1 of 1 rows durable and online.\n" });
    const read = await json("get", "churn_v1", "--key", "user_id=eve");
    expect(read.document["rows"]).toMatchObject([{ values: { user_daily__orders: "9007199254740993" } }]);
    const gone = await run("push", "user_daily", "--delete", "--key", "user_id=eve", "--wait", "online");
    expect(gone.code).toBe(0);
    const after = await json("get", "churn_v1", "--key", "user_id=eve");
    expect(after.document["rows"]).toMatchObject([{ views: { user_daily: { status: "NOT_FOUND" } } }]);
    const rows = [
      { user_id: "mary", orders: 1, event_time: "-1h" },
      { user_id: "mary", orders: 2, event_time: "+2d" },
      { user_id: "ruth", orders: 3, spent: null, event_time: "now" },
    ];
    write("push.json", rows.map((row) => JSON.stringify(row)).join("\n"));
    const many = await json("push", "user_daily", "--file", "push.json", "--wait", "online");
    expect(many.document).toMatchObject({ accepted: 2, refused: [{ row: 1, kind: "INVALID_EVENT_TIME" }] });
    expect(many.code).toBe(1);
  });

  test("train writes the same rows as Parquet, CSV and Arrow", async () => {
    for (const ending of ["parquet", "csv", "arrow"]) {
      const { code, document } = await json(
        "train",
        "churn_v1",
        "--labels",
        "data/labels.csv",
        "--out",
        `t.${ending}`,
        "--statuses",
      );
      expect(document["receipt"]).toMatchObject({ rows: "8", featureService: "churn_v1" });
      expect(code).toBe(0);
    }
    const chunks: Uint8Array[] = [];
    const file = {
      path: join(cwd, "t.parquet"),
      format: "parquet",
      tempDirectory: root,
      memoryLimitBytes: 2 ** 28,
    } as const;
    for await (const chunk of readTableFile(file)) chunks.push(Buffer.from(chunk));
    const parquet = tableFromIPC(Buffer.concat(chunks));
    const arrow = tableFromIPC(readFileSync(join(cwd, "t.arrow")));
    expect(parquet.toString()).toBe(arrow.toString());
    expect(String(parquet.schema.fields[1]!.type)).toBe("Timestamp<MICROSECOND, UTC>");
    const [header, ...lines] = readFileSync(join(cwd, "t.csv"), "utf8").trimEnd().split("\n");
    expect(header).toBe(
      "user_id,event_timestamp,churned,user_daily__orders,user_daily__spent,user_daily__status",
    );
    const labels = readFileSync(join(cwd, "data/labels.csv"), "utf8").trimEnd().split("\n").slice(1);
    expect(lines.map((line) => line.split(",").slice(0, 3).join(","))).toEqual(labels);
    expect(lines.every((line) => line.endsWith(",PRESENT"))).toBe(true);
  });

  test("train writes chosen columns of a shard, by event time, from a snapshot of before", async () => {
    const to = (file: string, ...args: string[]) =>
      json("train", "churn_v1", "--labels", "data/labels.csv", "--out", file, ...args);
    const chosen = ["--columns", "user_daily__spent,user_id", "--order", "event-time", "--no-keep-labels"];
    const receiptOf = async (file: string, ...args: string[]) =>
      (await to(file, ...args)).document["receipt"] as Record<string, unknown>;
    const whole = await receiptOf("whole.csv", ...chosen);
    const lines = readFileSync(join(cwd, "whole.csv"), "utf8").trimEnd().split("\n");
    expect(lines[0]).toBe("user_daily__spent,user_id");
    const shards: string[] = [];
    // A flush meanwhile makes the present state another snapshot.
    const before = ["--snapshot", String(whole["snapshotId"])];
    for (const shard of ["0/3", "1/3", "2/3"]) {
      const receipt = await receiptOf("shard.csv", ...chosen, "--shard", shard, ...before);
      expect(receipt).toMatchObject({ trainingSetId: whole["trainingSetId"] });
      expect(receipt).not.toHaveProperty("labelsKept");
      shards.push(...readFileSync(join(cwd, "shard.csv"), "utf8").trimEnd().split("\n").slice(1));
    }
    expect(shards).toEqual(lines.slice(1));
    const told = await run(
      "train",
      "churn_v1",
      "--labels",
      "data/labels.csv",
      "--out",
      "told.csv",
      ...chosen,
      ...before,
    );
    expect(told.stdout).toContain(
      `Training set ${String(whole["trainingSetId"])}, digest ${String(whole["digest"])}`,
    );
    expect(told.stdout).toContain("The labels are not kept");
    for (const [flag, value] of [
      ["--shard", "3/3"],
      ["--order", "size"],
    ] as const) {
      const refused = await run(
        "train",
        "churn_v1",
        "--labels",
        "data/labels.csv",
        "--out",
        "told.csv",
        flag,
        value,
      );
      expect(refused.stderr).toContain(`Cannot use ${flag}: got "${value}"`);
    }
  });

  test("train reads Parquet and Arrow labels, and a file of the server", async () => {
    for (const labels of ["t.parquet", "t.arrow"]) {
      const out = await run("train", "user_daily:orders", "--labels", labels, "--out", "again.csv");
      expect(out.stderr).toContain("user_daily__orders is also a column of the result");
    }
    const there = await run(
      "train",
      "user_daily:orders",
      "--labels-path",
      "data/labels.csv",
      "--out",
      "out/there.csv",
    );
    expect(there).toMatchObject({ code: 0 });
    expect(there.stdout).toContain("Wrote 8 rows to out/there.csv");
    await run("train", "user_daily:orders", "--labels-path", "data/labels.csv", "--out", "first.parquet");
    const again = await run("train", "user_daily:spent", "--labels", "first.parquet", "--out", "both.csv");
    expect(again.code).toBe(0);
    expect(readFileSync(join(cwd, "both.csv"), "utf8")).toMatch(
      /^user_id,.*,user_daily__orders,user_daily__spent\n/,
    );
  });

  test("an interrupted command ends with 130 and leaves no file behind", async () => {
    const io = fakeIo({ cwd, clock: systemClock(), signal: AbortSignal.abort() });
    const args = ["train", "churn_v1", "--labels", "data/labels.csv", "--out", "x.csv", ...standalone.flags];
    expect(await runCli(args, io)).toBe(130);
    expect(io.stderr).toBe("Interrupted.\n");
    expect(readdirSync(cwd).filter((name) => name === "x.csv" || name.startsWith(".timewell-"))).toEqual([]);
  });

  test("rebuild-online, gc and compact finish, status and doctor find all well", async () => {
    expect((await run("rebuild-online", "user_daily")).stdout).toMatch(/^Rebuilt user_daily: /);
    expect((await run("gc")).stdout).toMatch(/^Looked through every view: .* removed/);
    expect((await run("compact", "user_daily")).stdout).toMatch(
      /^(user_daily has no small segments|Merged )/,
    );
    const status = await json("status");
    expect(status.document).toMatchObject({
      registryVersion: "1",
      servedVersion: "1",
      backlogRows: "0",
      problems: [],
    });
    expect(status.code).toBe(0);
    expect((await run("status")).stdout).toMatch(/user_daily@1 .* ago/);
    const doctor = await run("doctor");
    expect(doctor.stdout).toMatch(/0 failed\n$/);
    expect(doctor.code).toBe(0);
  });
});

describe("bad input", () => {
  const future = ["--event-time", "+2d"];
  const ada = ["--key", "user_id=ada"];

  test.each([
    ["an unknown feature", ["get", "user_daily:ordrs", ...ada], "Did you mean orders?"],
    ["an unknown view", ["get", "user_dayly:orders", ...ada], "Did you mean user_daily?"],
    ["an unknown service", ["get", "churn_v2", ...ada], "Did you mean churn_v1?"],
    ["a missing key", ["get", "churn_v1"], "key user_id is missing"],
    ["an unknown key", ["get", "churn_v1", ...ada, "--key", "x=1"], "Cannot use key x"],
    [
      "a value of the wrong type",
      ["push", "user_daily", ...ada, "--set", "orders=x", "--event-time", "now"],
      'got "x"',
    ],
    ["an absent event time", ["push", "user_daily", ...ada, "--set", "orders=1"], "--event-time is missing"],
    ["an event time far in the future", ["push", "user_daily", ...ada, ...future], "in the future"],
    [
      "a label path outside the roots",
      ["train", "churn_v1", "--labels-path", "/etc/labels.csv", "--out", "x.csv"],
      "PATH_NOT_ALLOWED",
    ],
    [
      "a label file that is not there",
      ["train", "churn_v1", "--labels", "none.parquet", "--out", "x.csv"],
      "no such file",
    ],
    ["an empty range", ["materialize", "user_daily", "--from", "now", "--to", "-1h"], "Cannot materialize"],
    [
      "an unknown view to fill",
      ["materialize", "user_dayly", "--from", "-1h", "--to", "now"],
      "Did you mean user_daily?",
    ],
    ["another project", ["list", "views", "--project", "shopp"], "PROJECT_NOT_FOUND"],
  ])("%s gets a clear error", async (_what, args, problem) => {
    const { code, stderr, stdout } = await run(...args);
    expect(stderr).toContain(problem);
    expect(stdout.includes("of 1 rows durable") ? "0 of 1 rows durable.\n" : "").toBe(stdout);
    expect(code).toBe(1);
    expect(readdirSync(cwd)).not.toContain("x.csv");
  });

  test("a truncated Parquet file is named, as labels and as a source", async () => {
    expect(
      (await run("train", "user_daily:orders", "--labels-path", "data/labels.csv", "--out", "whole.parquet"))
        .code,
    ).toBe(0);
    const whole = readFileSync(join(cwd, "whole.parquet"));
    write("cut.parquet", whole.subarray(0, whole.length / 2));
    const labels = await run("train", "user_daily:spent", "--labels", "cut.parquet", "--out", "x.csv");
    expect(labels.stderr).toMatch(/DATA_LOSS.*cut\.parquet: the file is damaged/);
    const path = write(
      "cut.ts",
      sourceOf('parquetSource({ path: "cut.parquet", eventTime: "event_timestamp" })'),
    );
    expect((await run("apply", path)).code).toBe(0);
    const filled = await run("materialize", "cut_view", "--from", "-30d", "--to", "now");
    expect(filled.stderr).toMatch(/cut\.parquet.*damaged/);
    expect(filled.code).toBe(1);
  });

  test("a source outside the roots is refused when it is read", async () => {
    const path = write("outside.ts", sourceOf('csvSource({ path: "../../outside.csv", eventTime: "t" })'));
    const applied = await run("apply", path);
    const filled = await run("materialize", "cut_view", "--from", "-30d", "--to", "now");
    expect(`${applied.stderr}${filled.stderr}`).toMatch(/PATH_NOT_ALLOWED|INVALID_DEFINITION/);
  });

  test("one name for two definitions, and a breaking change, change nothing", async () => {
    const twice = write(
      "twice.ts",
      `import { entity } from "@timewell/define";
export const a = entity({ name: "user", joinKeys: { user_id: "string" } });
export const b = entity({ name: "user", joinKeys: { id: "int64" } });
`,
    );
    expect((await run("plan", twice)).stderr).toContain("two different ones are called user");
    const source = readFileSync(join(cwd, "features.ts"), "utf8");
    const breaking = write(
      "breaking.ts",
      source.replace("views: [userDaily]", 'views: [userDaily.select("orders")]'),
    );
    const before = await json("status");
    const { code, stderr } = await run("apply", breaking);
    expect(stderr).toContain("BREAKING_CHANGE");
    expect(code).toBe(1);
    const after = await json("status");
    expect(after.document["registryVersion"]).toBe(before.document["registryVersion"]);
  });
});

function sourceOf(source: string): string {
  return `import { csvSource, entity, featureView, int64, parquetSource } from "@timewell/define";
void csvSource;
void parquetSource;
const user = entity({ name: "user", joinKeys: { user_id: "string" }, description: "A customer of the shop" });
export const view = featureView({ name: "cut_view", entity: user, features: { user_daily__n: int64() }, source: ${source} });
`.replace("user_daily__n", "orders");
}
