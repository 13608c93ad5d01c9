import { grpcPythonPackages, makeTempFolder, pythonEnvironment } from "@timewell/setup";
import { systemClock } from "@timewell/ttl";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fakeIo } from "./fake-io.testdata.ts";
import { runCli } from "./run-cli.ts";
import { spawnCli, startTestStandalone, type TestStandalone } from "./standalone.testdata.ts";

const cwd = makeTempFolder("shop");
let standalone: TestStandalone;

/** A command line against the running services, in this process. */
async function run(...args: string[]) {
  const io = fakeIo({ cwd, clock: systemClock() });
  const code = await runCli([...args, ...standalone.flags], io);
  return { code, stdout: io.stdout, stderr: io.stderr };
}

beforeAll(async () => {
  expect((await spawnCli(["init"], cwd)).code).toBe(0);
  standalone = await startTestStandalone(join(makeTempFolder("data"), "data"), cwd);
  expect((await run("apply")).code).toBe(0);
});

afterAll(() => standalone?.stop());

describe("timewell gen", () => {
  test("writes a client, says what it wrote, and writes nothing twice", async () => {
    const first = await run("gen", "churn_v1", "--lang", "ts", "--out", "out/ts");
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first.stdout.split("\n")).toEqual([
      "  timewell/types/v1/log_position_pb.ts",
      "  timewell/types/v1/status_pb.ts",
      "  timewell/features/default/churn_v1/messages_pb.ts",
      "  timewell/features/default/churn_v1_pb.ts",
      "  churn_v1_client.ts",
      "Wrote 5 files to out/ts: churn_v1, revision 1.",
      "",
    ]);
    const client = readFileSync(join(cwd, "out/ts/churn_v1_client.ts"), "utf8");
    expect(client).toContain("// Make it again: timewell gen churn_v1 --lang ts --out DIR\n");
    expect(client).toContain("readonly userId: string;");
    const again = await run("gen", "churn_v1", "--lang", "ts", "--out", "out/ts");
    expect(again.stdout).toContain("Wrote 0 files to out/ts, 5 unchanged");
  });

  test("writes several languages into one folder, and tells of them as JSON", async () => {
    const python = await pythonEnvironment(grpcPythonPackages);
    const args = ["--lang", "proto", "--lang", "ts,python", "--out", "out/all", "--python", python];
    const { code, stdout } = await run("gen", "churn_v1", ...args, "--output", "json");
    expect(code).toBe(0);
    const document = JSON.parse(stdout) as { files: { path: string; written: boolean }[] };
    expect(document).toMatchObject({
      project: "default",
      service: "churn_v1",
      revision: 1,
      registryVersion: "1",
      folder: join(cwd, "out/all"),
    });
    const paths = document.files.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths).toEqual(
      expect.arrayContaining([
        "timewell/features/default/churn_v1.proto",
        "churn_v1_client.ts",
        "churn_v1_client.py",
      ]),
    );
    for (const path of paths) expect(existsSync(join(cwd, "out/all", path))).toBe(true);
  });

  test.each([
    ["an unknown service", ["churn_v2", "--lang", "ts"], 1, "Did you mean churn_v1?"],
    ["an unknown language", ["churn_v1", "--lang", "rust"], 1, "Use proto, ts or python."],
    ["no language", ["churn_v1"], 2, "--lang <language>"],
    [
      "an unknown ending",
      ["churn_v1", "--lang", "ts", "--import-extension", "mjs"],
      1,
      "Use ts, js or none.",
    ],
    ["an unknown project", ["churn_v1", "--lang", "ts", "--project", "shopp"], 1, "PROJECT_NOT_FOUND"],
    [
      "a Python that is not there",
      ["churn_v1", "--lang", "python", "--python", "nopy"],
      1,
      "cannot start nopy",
    ],
    [
      "a registry that is down",
      ["churn_v1", "--lang", "ts", "--registry", "http://127.0.0.1:9"],
      1,
      "nothing listens",
    ],
  ])("%s gets a clear error, and nothing is written", async (_what, args, code, problem) => {
    const io = fakeIo({ cwd, clock: systemClock() });
    const exitCode = await runCli(["gen", ...standalone.flags, ...args, "--out", "none"], io);
    expect(io.stderr).toContain(problem);
    expect(exitCode).toBe(code);
    expect(readdirSync(cwd)).not.toContain("none");
  });

  test("does not overwrite a file of somebody else without --force", async () => {
    await run("gen", "churn_v1", "--lang", "proto", "--out", "mine");
    const path = join(cwd, "mine/timewell/features/default/churn_v1.proto");
    writeFileSync(path, "// mine\n");
    const refused = await run("gen", "churn_v1", "--lang", "proto", "--out", "mine");
    expect(refused.stderr).toContain("churn_v1.proto is there and not generated");
    expect(readFileSync(path, "utf8")).toBe("// mine\n");
    expect((await run("gen", "churn_v1", "--lang", "proto", "--out", "mine", "--force")).code).toBe(0);
  });
});
