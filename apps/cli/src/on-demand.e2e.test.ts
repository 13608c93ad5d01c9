import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@timewell/ttl";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fakeIo } from "./fake-io.testdata.ts";
import { runCli } from "./run-cli.ts";
import { startTestStandalone, type TestStandalone } from "./standalone.testdata.ts";

const root = mkdtempSync(join(tmpdir(), "timewell-on-demand-"));
const cwd = join(root, "flights");
let standalone: TestStandalone;

const module = (isRisky: string) => `
import { bool, double, entity, featureService, featureView, int64, string } from "@timewell/define";
const airport = entity({ name: "airport", joinKeys: { airport: "string" } });
export const airportHourly = featureView({ name: "airport_hourly", entity: airport, features: { mean_delay: double(), departures: int64() } });
export const delay = featureService({
  name: "delay_v2",
  views: [airportHourly.as("origin", { joinKeys: { airport: "origin" } })],
  requestData: { planned_min: double(), gate: string() },
  onDemand: {
    is_risky: { type: bool(), expression: ${JSON.stringify(isRisky)} },
    place: { type: string(), expression: "origin + '/' + gate" },
  },
});
`;

async function run(...args: string[]) {
  const io = fakeIo({ cwd, clock: systemClock() });
  const code = await runCli([...args, ...standalone.flags], io);
  return { code, stdout: io.stdout, stderr: io.stderr };
}

beforeAll(async () => {
  mkdirSync(cwd);
  standalone = await startTestStandalone(join(root, "data"), cwd);
});

afterAll(async () => {
  await standalone?.stop();
  rmSync(root, { recursive: true, force: true });
});

describe("request data and on-demand features, command by command", () => {
  test("plan refuses a wrong expression, and shows a right one", async () => {
    writeFileSync(join(cwd, "wrong.ts"), module("origin.mean_dela > 15.0"));
    const wrong = await run("plan", "wrong.ts");
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain(
      "at character 1, there is no origin.mean_dela among the features of the service",
    );
    writeFileSync(join(cwd, "features.ts"), module("origin.mean_delay > 15.0 && planned_min > 30.0"));
    const plan = await run("plan", "features.ts");
    expect(plan.stdout).toMatch(
      /on_demand_features.is_risky.expression.*origin.mean_delay > 15.0 && planned_min > 30.0/,
    );
    expect(plan.stdout).toMatch(/request_data.planned_min.type.*DOUBLE/);
    expect((await run("apply", "features.ts")).code).toBe(0);
  });

  test("describe shows them", async () => {
    const { stdout } = await run("describe", "service", "delay_v2");
    expect(stdout).toMatch(/Request data +planned_min DOUBLE, gate STRING/);
    expect(stdout).toMatch(/is_risky +BOOL +origin.mean_delay > 15.0 && planned_min > 30.0/);
  });

  test("get takes request data and shows what is computed", async () => {
    const row = ["--key", "airport=ATL", "--set", "mean_delay=20", "--set", "departures=4"];
    const pushed = await run(
      "push",
      "airport_hourly",
      ...row,
      "--event-time",
      "2026-01-01T00:00:00Z",
      "--wait",
      "online",
    );
    expect(pushed).toMatchObject({ code: 0 });
    const data = ["--data", "planned_min=45", "--data", "gate=007"];
    const { stdout } = await run("get", "delay_v2", "--key", "origin=ATL", ...data);
    expect(stdout).toContain("origin=ATL planned_min=45 gate=007");
    expect(stdout).toMatch(/is_risky +true +computed/);
    expect(stdout).toMatch(/place +ATL\/007 +computed/);
    writeFileSync(join(cwd, "rows.json"), '[{"origin": "ATL", "planned_min": 3}, {"origin": "BOS"}]');
    const json = await run("get", "delay_v2", "--rows", "rows.json", "--output", "json");
    const { rows, serviceRevision } = JSON.parse(json.stdout) as {
      rows: { values: unknown }[];
      serviceRevision: number;
    };
    expect(serviceRevision).toBe(1);
    expect(rows.map(({ values }) => values)).toMatchObject([
      { origin__mean_delay: 20, is_risky: false, place: null },
      { origin__mean_delay: null, is_risky: null, place: null },
    ]);
    const unknown = await run("get", "delay_v2", "--key", "origin=ATL", "--data", "planed_min=3");
    expect(unknown.stderr).toContain("planed_min");
    expect(unknown.code).toBe(1);
  });

  test("train reads request data from columns of the labels", async () => {
    const time = "2026-01-02T00:00:00Z";
    writeFileSync(
      join(cwd, "labels.csv"),
      `origin,event_timestamp,planned_min,gate\nATL,${time},45,007\nATL,${time},3,1\nBOS,${time},45,\n`,
    );
    const labels = ["--labels", "labels.csv", "--mode", "event-time"];
    const { code, stderr } = await run("train", "delay_v2", ...labels, "--out", "training.csv", "--statuses");
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const lines = readFileSync(join(cwd, "training.csv"), "utf8").trim().split("\n");
    expect(lines[0]).toBe(
      "origin,event_timestamp,planned_min,gate,origin__mean_delay,origin__departures,is_risky,place,origin__status",
    );
    expect(lines.slice(1).map((line) => line.split(",").slice(3).join(","))).toEqual([
      "007,20,4,true,ATL/007,PRESENT",
      "1,20,4,false,ATL/1,PRESENT",
      ",,,,,NOT_FOUND",
    ]);
    writeFileSync(join(cwd, "short.csv"), `origin,event_timestamp,gate\nATL,${time},1\n`);
    const short = await run("train", "delay_v2", "--labels", "short.csv", "--out", "short.out.csv");
    expect(short.stderr).toContain("column planned_min is absent, expected for request data planned_min");
  });

  test("plan refuses to take them away, naming the service", async () => {
    const taken = module("true").replace(/ {4}place: .*\n/, "");
    writeFileSync(join(cwd, "next.ts"), taken);
    const { stderr } = await run("plan", "next.ts");
    expect(stderr).toContain("BREAKING_CHANGE");
    expect(stderr).toContain("on_demand_features[place]");
  });
});
