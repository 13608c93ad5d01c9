import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Cli } from "./cli.ts";
import { fakeIo } from "./fake-io.testdata.ts";
import { buildProgram } from "./program.ts";
import { runCli } from "./run-cli.ts";

/** Nothing listens on this port of the loopback. */
const nowhere = "http://127.0.0.1:9";

async function run(args: readonly string[], cwd = "/nowhere") {
  const io = fakeIo({ cwd });
  const code = await runCli(args, io);
  return { code, stdout: io.stdout, stderr: io.stderr };
}

describe("the command line", () => {
  test("shows help with every command, and an example in the help of each", async () => {
    const { code, stdout } = await run(["--help"]);
    expect(code).toBe(0);
    const { commands } = buildProgram(new Cli(fakeIo()));
    expect(commands.length).toBeGreaterThanOrEqual(17);
    for (const command of commands) {
      expect(stdout).toContain(command.name());
      const help = await run([command.name(), "--help"]);
      expect(help.stdout).toContain("Example:");
      expect(help.code).toBe(0);
    }
  });

  test("gives every option an environment variable", () => {
    for (const command of buildProgram(new Cli(fakeIo())).commands) {
      for (const { long, envVar } of command.options) {
        expect(envVar).toBe(`TIMEWELL_${long?.slice(2).replaceAll("-", "_").toUpperCase()}`);
      }
    }
  });

  test.each([
    [["pln"], "Did you mean plan?"],
    [["get", "s", "--kye", "a=1"], "Did you mean --key?"],
    [["materialize", "v", "--from", "0"], "--to <time>"],
    [["list"], "missing required argument"],
  ])("ends %o with 2 and a suggestion", async (args, suggestion) => {
    const { code, stderr } = await run(args);
    expect(stderr).toContain(suggestion);
    expect(code).toBe(2);
  });

  test("ends a wrong command line of plan with 1, since 2 means changes there", async () => {
    expect((await run(["plan", "--registy", "x"])).code).toBe(1);
  });

  test("says where it looked for a service, and how to start it", async () => {
    const { code, stderr, stdout } = await run(["list", "views", "--registry", nowhere]);
    expect(stderr).toContain(`Cannot reach registry at ${nowhere}: nothing listens there.`);
    expect(stderr).toContain("timewell serve registry");
    expect(stdout).toBe("");
    expect(code).toBe(1);
  });

  test("writes errors as a JSON document where JSON is wanted", async () => {
    const lost = await run(["list", "views", "--registry", nowhere, "--output", "json"]);
    expect(JSON.parse(lost.stdout)).toMatchObject({ error: { kind: "UNREACHABLE" } });
    const usage = await run(["lst", "--output=json"]);
    expect(JSON.parse(usage.stdout)).toMatchObject({ error: { kind: "USAGE" } });
  });

  test("shows the cause with --verbose only", async () => {
    const args = ["list", "views", "--registry", nowhere];
    expect((await run(args)).stderr).not.toContain("caused by");
    expect((await run([...args, "--verbose"])).stderr).toContain("ECONNREFUSED");
  });

  test.each([
    [["list", "views", "--output", "yaml"], "Use table or json."],
    [["list", "things", "--registry", nowhere], "Cannot tell what"],
    [["get", "a", "b:c", "--registry", nowhere], "expected one service or references"],
    [["get", "a", "--key", "x=1", "--rows", "r.json"], "Cannot use --key and --rows together"],
    [["push", "v", "--delete", "--set", "x=1"], "Cannot use --set with --delete"],
    [["push", "v", "--file", "f.json", "--key", "x=1"], "Cannot use --file together"],
    [["push", "v", "--wait", "forever"], "Use durable or online."],
    [["train", "s", "--labels", "l.csv", "--out", "out.xlsx"], "End it in .parquet, .csv or .arrow."],
    [["train", "s", "--labels", "l.csv", "--out", "./l.csv"], "over its own labels"],
    [["materialize", "v", "--from", "then", "--to", "now"], "Cannot read --from"],
    [["serve", "registri"], "Did you mean registry?"],
    [["plan", "none.ts"], "Cannot find the definitions"],
    [["apply", "--base-version", "x"], "Cannot read --base-version"],
  ])("ends %o with 1 and says how to mend it", async (args, problem) => {
    const { code, stderr } = await run(args);
    expect(stderr).toContain(problem);
    expect(code).toBe(1);
  });
});

describe("timewell init", () => {
  test("writes a project once, and never over what is there", async () => {
    const cwd = mkdtempSync(join(tmpdir(), "timewell-init-"));
    const first = await run(["init", "shop"], cwd);
    expect(first.code).toBe(0);
    expect(first.stdout).toContain("cd shop");
    writeFileSync(join(cwd, "shop/features.ts"), "mine");
    const second = await run(["init", "shop"], cwd);
    expect(second.stderr).toContain("are there already");
    expect(second.code).toBe(1);
    expect(readFileSync(join(cwd, "shop/features.ts"), "utf8")).toBe("mine");
  });
});

describe("timewell doctor", () => {
  test("fails with a line for each app that cannot be reached", async () => {
    const flags = ["registry", "serving", "retrieval", "ingestion"].flatMap((name) => [`--${name}`, nowhere]);
    const { code, stdout } = await run(["doctor", ...flags]);
    expect(stdout).toContain("ok    node");
    expect(stdout.match(/^fail {2}/gm)).toHaveLength(4);
    expect(stdout).toContain("Start it with `timewell serve retrieval`");
    expect(code).toBe(1);
  });
});
