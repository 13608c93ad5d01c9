import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { project } from "@timewell/example-flight-delays";
import { grpcPythonPackages, makeTempFolder, pythonEnvironment, repoRoot } from "@timewell/setup";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  ask,
  pythonServer,
  startModelServer,
  typescriptServer,
  type RunningModelServer,
} from "./model-server.testdata.ts";
import { probabilityOf, readModel, type Inputs } from "./model.ts";
import { fillUpTo, startTimewell, type FlightFeatures } from "./start-timewell.ts";
import { trainModel } from "./train-model.ts";

const execute = promisify(execFile);
const pythonRoot = join(import.meta.dirname, "../python");
const filledTo = "2001-01-03T10:00:00Z";
const seattle = { origin: "SEA", destination: "SFO", departure: filledTo };
const languages = ["TypeScript", "Python"] as const;
const servers = new Map<string, RunningModelServer>();
let python: string;
let timewell: FlightFeatures;

const urlOf = (language: string) => servers.get(language)!.url;

/** Starts both servers on features at this address. */
async function startBoth(servingUrl: string): Promise<RunningModelServer[]> {
  return Promise.all(
    [typescriptServer, pythonServer(python)].map((command) => startModelServer([...command], servingUrl)),
  );
}

beforeAll(async () => {
  python = await pythonEnvironment(grpcPythonPackages);
  timewell = await startTimewell({ stateDirectory: makeTempFolder("flights") });
  await fillUpTo(timewell.client, BigInt(Date.parse(filledTo)) * 1_000n);
  const started = await startBoth(timewell.servingUrl);
  languages.forEach((language, i) => servers.set(language, started[i]!));
}, 240_000);

afterAll(async () => {
  for (const server of servers.values()) expect(await server.stop()).toBe(0);
  await timewell?.stop();
});

describe.each(languages)("the model server in %s", (language) => {
  test("answers a probability with the features that it read", async () => {
    const { status, body } = await ask(urlOf(language), seattle);
    expect(status).toBe(200);
    const byName = await timewell.client.getOnlineFeatures({
      project,
      service: "delay_v1",
      rows: [{ origin: "SEA", destination: "SFO" }],
      asOf: BigInt(Date.parse(filledTo)) * 1_000n,
    });
    const values = Object.entries(byName.rows[0]!.values).map(([name, value]) => [name, Number(value)]);
    expect(body["features"]).toEqual(Object.fromEntries(values));
    expect(body).toMatchObject({
      statuses: { origin: "PRESENT", destination: "PRESENT", route_daily: "PRESENT" },
      imputed: [],
      service_revision: 1,
    });
    const served = Date.parse(body["served_at"] as string);
    expect(Math.abs(served - Date.now())).toBeLessThan(60_000);
    expect(body["probability"]).toBeCloseTo(probabilityOf(await readModel(), body["features"] as Inputs), 12);
  });

  test("counts what is not there as the mean, and says so", async () => {
    const { body } = await ask(urlOf(language), { ...seattle, destination: "XXA" });
    expect(body).toMatchObject({
      statuses: { origin: "PRESENT", destination: "NOT_FOUND", route_daily: "NOT_FOUND" },
      features: { destination__departures: null, route_daily__p90_delay: null },
    });
    expect(body["imputed"]).toHaveLength(6);
    const later = await ask(urlOf(language), { ...seattle, departure: "2001-01-03T20:00:00+00:00" });
    expect(later.body).toMatchObject({ statuses: { origin: "EXPIRED", route_daily: "PRESENT" } });
    const never = await ask(urlOf(language), { ...seattle, departure: "2000-12-31T23:59:59.999Z" });
    expect(never.body).toMatchObject({
      statuses: { origin: "NEWER", destination: "NEWER", route_daily: "NEWER" },
      probability: 1 / (1 + Math.exp(-(await readModel()).intercept)),
    });
  });

  test.each([
    ["no JSON", "{", 400, "it is not JSON"],
    ["deeply nested JSON that does not end", "[".repeat(9_000), 400, "it is not JSON"],
    ["no object", [], 400, "expected an object"],
    ["no origin", { ...seattle, origin: undefined }, 400, "Cannot use origin"],
    ["an airport that is none", { ...seattle, destination: "sfo" }, 400, "Cannot use destination"],
    ["a time without a zone", { ...seattle, departure: "2001-01-03T10:00:00" }, 400, "Cannot use departure"],
    [
      "a fraction without seconds",
      { ...seattle, departure: "2001-01-03T10:00.5Z" },
      400,
      "Cannot use departure",
    ],
    ["a day that is none", { ...seattle, departure: "2001-02-30T10:00:00Z" }, 400, "Cannot use departure"],
    ["a month that is none", { ...seattle, departure: "2001-13-01T10:00:00Z" }, 400, "Cannot use departure"],
    ["a year that is none", { ...seattle, departure: "0000-01-01T10:00:00Z" }, 400, "Cannot use departure"],
    ["a body over 16 KiB", "x".repeat(20_000), 413, "over 16384 bytes"],
  ])("refuses %s", async (_what, body, status, problem) => {
    const answer = await ask(urlOf(language), body);
    expect(answer.status).toBe(status);
    expect(answer.body["error"]).toContain(problem);
  });

  test("has health, and nothing else", async () => {
    expect(await ask(urlOf(language), undefined, "/health", "GET")).toEqual({
      status: 200,
      body: { status: "ok" },
    });
    expect((await ask(urlOf(language), undefined, "/predict", "GET")).status).toBe(405);
    expect((await ask(urlOf(language), seattle, "/health")).status).toBe(405);
    expect((await ask(urlOf(language), undefined, "/", "GET")).status).toBe(404);
  });
});

test("both servers answer the same for many flights", async () => {
  const codes = ["SEA", "SFO", "ATL", "BOS", "ORD", "LAX", "JFK", "MIA", "ZZZ"];
  const hours = [
    "03T10:00:00Z",
    "03T10:59:59.5Z",
    "03T12:00+02:00",
    "03T15:30Z",
    "05T00:00:00Z",
    "02T10:00:00Z",
  ];
  for (const [i, origin] of codes.entries()) {
    for (const [j, destination] of codes.entries()) {
      const flight = { origin, destination, departure: `2001-01-${hours[(i + j) % hours.length]}` };
      const [typescript, inPython] = await Promise.all(
        languages.map((language) => ask(urlOf(language), flight)),
      );
      const { served_at: _a, probability: wanted, ...rest } = typescript!.body;
      const { served_at: _b, probability: found, ...others } = inPython!.body;
      expect(others).toEqual(rest);
      expect(found).toBeCloseTo(wanted as number, 12);
    }
  }
});

test("the checked-in clients are what timewell gen writes", async () => {
  const cli = join(repoRoot, "apps/cli/src/main.ts");
  const folder = makeTempFolder("gen");
  const flags = ["--project", project, "--registry", timewell.registryUrl, "--python", python];
  const checkedIn = { ts: join(import.meta.dirname, "gen"), python: join(pythonRoot, "model_server/gen") };
  for (const [language, path] of Object.entries(checkedIn)) {
    const out = join(folder, language);
    await execute(process.execPath, [cli, "gen", "delay_v1", "--lang", language, "--out", out, ...flags]);
    expect(readTree(path)).toEqual(readTree(out));
  }
});

test("the checked-in model is what training makes", async () => {
  const [made, checkedIn] = [await trainModel(timewell.client), await readModel()];
  expect(Object.keys(made)).toEqual(Object.keys(checkedIn));
  expect(made.training).toEqual(checkedIn.training);
  expect(made.intercept).toBeCloseTo(checkedIn.intercept, 5);
  for (const [name, { mean, deviation, weight }] of Object.entries(checkedIn.inputs)) {
    const found = made.inputs[name as keyof typeof made.inputs];
    expect([found.mean, found.deviation, found.weight].map((value) => value.toFixed(4))).toEqual(
      [mean, deviation, weight].map((value) => value.toFixed(4)),
    );
  }
});

test("mypy takes the server in Python in its strict mode", async () => {
  const cache = ["--cache-dir", makeTempFolder("mypy")];
  const { stdout } = await execute(python, ["-m", "mypy", "--strict", ...cache, "-p", "model_server"], {
    cwd: pythonRoot,
  });
  expect(stdout).toContain("Success: no issues found");
});

test("features that cannot be reached are a 503, and features that do not come a 504", async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const { port } = silent.address() as AddressInfo;
  const [unreachable, late] = [
    await startBoth("http://127.0.0.1:9"),
    await startBoth(`http://127.0.0.1:${port}`),
  ];
  try {
    for (const { url } of unreachable) {
      expect(await ask(url, seattle)).toMatchObject({
        status: 503,
        body: { error: expect.any(String) as string },
      });
      expect((await ask(url, undefined, "/health", "GET")).status).toBe(503);
    }
    const answers = await Promise.all(late.map(({ url }) => ask(url, seattle)));
    expect(answers.map(({ status }) => status)).toEqual([504, 504]);
  } finally {
    await Promise.all([...unreachable, ...late].map((server) => server.stop()));
    silent.close();
  }
}, 60_000);

function readTree(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !entry.parentPath.includes("__pycache__"),
  );
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length), readFileSync(path, "utf8")]));
}
