import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "@timewell/ttl";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fakeIo } from "./fake-io.testdata.ts";
import { runCli } from "./run-cli.ts";
import { startTestStandalone, type TestStandalone } from "./standalone.testdata.ts";

const root = mkdtempSync(join(tmpdir(), "timewell-quarantine-"));
const cwd = join(root, "flights");
let standalone: TestStandalone;

async function run(...args: string[]) {
  const io = fakeIo({ cwd, clock: systemClock() });
  const code = await runCli([...args, ...standalone.flags], io);
  return { code, stdout: io.stdout, stderr: io.stderr };
}

/** Delays of at least `min` are accepted. A module is read once by one process, hence the name. */
async function define(min: number): Promise<void> {
  const file = `features${min}.ts`;
  writeFileSync(
    join(cwd, file),
    `import { double, entity, featureView, kafkaStream, range } from "@timewell/define";
const airport = entity({ name: "airport", joinKeys: { airport: "string" } });
export const departures = featureView({
  name: "departures",
  entity: airport,
  features: { delay: double() },
  stream: kafkaStream({ topic: "departures", format: "json" }),
  constraints: [range("delay", { min: ${min} })],
});
`,
  );
  expect(await run("apply", file)).toMatchObject({ code: 0 });
}

const push = (airport: string, delay: number) =>
  run("push", "departures", "--key", `airport=${airport}`, "--set", `delay=${delay}`, "--event-time", "now");

beforeAll(async () => {
  mkdirSync(cwd);
  symlinkSync(fileURLToPath(new URL("../../../node_modules", import.meta.url)), join(root, "node_modules"));
  standalone = await startTestStandalone(join(root, "data"), cwd);
  await define(0);
});

afterAll(async () => {
  await standalone?.stop();
  rmSync(root, { recursive: true, force: true });
});

test("what a push could not write is listed, shown, replayed once the rule is mended, and dropped", async () => {
  await push("OSL", -5);
  await push("BGO", -50);
  const listed = await run("quarantine", "list");
  expect(listed.stdout).toMatch(/^ID +VIEW +FROM +REFUSED +KIND +WHY/);
  expect(listed.stdout).toMatch(
    /\n1 +departures@1 +push .*CONSTRAINT_VIOLATED +Cannot accept a row of departures/,
  );
  const shown = await run("quarantine", "show", "1");
  expect(shown.stdout).toMatch(/Why +Cannot accept .* it breaks constraint delay_range: delay is -5/);
  expect(shown.stdout).toContain('"stringValue": "OSL"');

  await define(-10);
  const replayed = await run("quarantine", "replay", "departures", "--all");
  expect(replayed.stdout).toContain("Accepted 1 rows; 1 were refused again and stay.");
  const json = await run("quarantine", "list", "departures", "--output", "json");
  const { rows } = JSON.parse(json.stdout) as { rows: { id: string }[] };
  expect(rows).toMatchObject([
    { kind: "CONSTRAINT_VIOLATED", constraint: "delay_range", origin: "ORIGIN_PUSH" },
  ]);
  expect((await run("status")).stdout).toMatch(/departures@1 .* 1\n/);
  const dropped = await run("quarantine", "drop", "departures", "--id", rows[0]!.id);
  expect(dropped.stdout).toBe("Dropped 1 rows.\n");
  expect((await run("quarantine", "list")).stdout).toBe("Nothing that was asked for is in quarantine.\n");
});

test("an empty selection, an odd action and an odd id are refused", async () => {
  expect((await run("quarantine", "drop", "departures")).stderr).toContain("the selection is empty");
  expect((await run("quarantine", "clear")).stderr).toContain("Use list, show, replay or drop.");
  expect((await run("quarantine", "show", "x")).stderr).toContain('got "x", expected a number');
});

test("the status of a topic without brokers says what to do", async () => {
  const { stdout } = await run("status");
  expect(stdout).toMatch(
    /VIEW +TOPIC +READ +NOT READ YET +STATE\n─.*\ndepartures@1 +departures +0 +unknown +problem/,
  );
  expect(stdout).toContain(
    "Cannot read topic departures: ingestion knows no brokers. Start it with --kafka-brokers.",
  );
});
