import { makeTempFolder, repoRoot } from "@timewell/setup";
import { systemClock } from "@timewell/ttl";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exitCodes } from "./exit-codes.ts";
import { fakeIo } from "./fake-io.testdata.ts";
import { runCli } from "./run-cli.ts";
import { startTestStandalone, type TestStandalone } from "./standalone.testdata.ts";
import { timewellPython } from "./timewell-python.testdata.ts";

const cwd = makeTempFolder("python");
const features = join(repoRoot, "examples/flight-delays/src/features");
let standalone: TestStandalone;
let python: string;

async function run(...args: string[]) {
  const io = fakeIo({ cwd, clock: systemClock() });
  const code = await runCli([...args, ...standalone.flags], io);
  return { code, stdout: io.stdout, stderr: io.stderr };
}

beforeAll(async () => {
  python = await timewellPython();
  standalone = await startTestStandalone(join(makeTempFolder("data"), "data"), cwd);
});

afterAll(() => standalone?.stop());

test("timewell apply takes a Python file, and plan finds nothing to do for the same definitions in TypeScript", async () => {
  expect(await run("plan", `${features}.py`, "--python", python)).toMatchObject({
    code: exitCodes.changes,
    stderr: "",
  });
  const applied = await run("apply", `${features}.py`, "--python", python);
  expect(applied).toMatchObject({ code: 0, stderr: "" });
  expect(applied.stdout).toContain("Applied version 1 of project default: 5 to create");
  const planned = await run("plan", `${features}.ts`);
  expect(planned).toMatchObject({ code: 0, stdout: "Nothing to do: project default is at version 1.\n" });
});

test("timewell plan says how to get the package where Python does not have it", async () => {
  const { code, stderr } = await run("plan", `${features}.py`, "--python", "/nowhere/python3");
  expect(code).toBe(exitCodes.error);
  expect(stderr).toContain(
    "cannot start /nowhere/python3.\n  Install Python 3.10 or later, or name one with --python.",
  );
});
