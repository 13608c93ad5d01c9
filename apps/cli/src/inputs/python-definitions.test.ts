import { makeTempFolder, pythonEnvironment, repoRoot } from "@timewell/setup";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { timewellPython } from "../timewell-python.testdata.ts";
import { loadDefinitions } from "./definitions-module.ts";

const folder = makeTempFolder("features");
let python: string;

function fileOf(name: string, ...lines: string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

beforeAll(async () => {
  python = await timewellPython();
});

describe("loadDefinitions() of a Python file", () => {
  test("finds the definitions of the example, as TypeScript has them", async () => {
    const example = join(repoRoot, "examples/flight-delays/src/features");
    const wanted = await loadDefinitions(`${example}.ts`);
    expect(await loadDefinitions(`${example}.py`, { python })).toEqual(wanted);
  });

  test("finds those of the page about Python", async () => {
    const page = readFileSync(join(repoRoot, "docs/python.md"), "utf8");
    const example = /^`features\.py`:\n\n```python\n(.*?)^```$/ms.exec(page)?.[1] ?? "";
    const found = await loadDefinitions(fileOf("page.py", example), { python });
    expect(found.featureViews.map(({ name }) => name)).toEqual(["airport_hourly"]);
    expect(found.featureServices[0]?.views.map(({ alias }) => alias)).toEqual(["origin", "destination"]);
  });

  test("finds modules beside it, and passes on what it prints", async () => {
    fileOf("keys.py", "import os", 'os.system("echo from a child")', 'names = ("id",)');
    const path = fileOf(
      "user.py",
      "from keys import names",
      "from timewell import INT64, Entity",
      'print("hello")',
      'user = Entity("user", {name: INT64 for name in names})',
    );
    const notes: string[] = [];
    const { entities } = await loadDefinitions(path, { python, note: (text) => notes.push(text) });
    expect(entities[0]?.joinKeys.map(({ name }) => name)).toEqual(["id"]);
    expect(notes.join("\n").split("\n").sort()).toEqual(["from a child", "hello"]);
  });

  test.each([
    ["an error", ["", "x = y"], "INVALID_DEFINITION", /NameError: name 'y' is not defined, line 2/],
    ["a slip of the pen", ["x = ("], "INVALID_DEFINITION", /SyntaxError: '\(' was never closed .*line 1/],
    ["an exit", ["raise SystemExit(0)"], "INVALID_DEFINITION", /SystemExit: 0, line 1/],
    ["nothing in it", ["x = 1"], "INVALID_DEFINITION", /Cannot find definitions: there are none/],
    [
      "a wrong definition",
      ["import timewell as t", 't.Entity("e", {"k": t.DOUBLE})'],
      "INVALID_DEFINITION",
      /entities\[e\]\.join_keys\[k\]\.type: got DOUBLE, expected one of BOOL/,
    ],
  ] as const)("says what is wrong with one that has %s", async (_, lines, kind, message) => {
    const loaded = loadDefinitions(fileOf("wrong.py", ...lines), { python });
    await expect(loaded).rejects.toMatchObject({
      kind,
      message: expect.stringMatching(message) as string,
      cause: expect.stringContaining("Traceback") as string,
    });
  });

  test("says how to get Python, and the package", async () => {
    const path = fileOf("fine.py", "import timewell as t", 'e = t.Entity("e", {})');
    await expect(loadDefinitions(path, { python: "/nowhere/python3" })).rejects.toMatchObject({
      kind: "INVALID_CONFIG",
      field: "--python",
      message: `Cannot load ${path}: cannot start /nowhere/python3. Install Python 3.10 or later, or name one with --python.`,
    });
    const bare = await pythonEnvironment(["six==1.16.0"]);
    await expect(loadDefinitions(path, { python: bare })).rejects.toThrow(
      `${bare} has no package timewell. Install it: ${bare} -m pip install timewell.`,
    );
  });

  test("says that there is no such file", async () => {
    await expect(loadDefinitions(join(folder, "none.py"), { python })).rejects.toMatchObject({
      kind: "FILE_NOT_FOUND",
    });
  });
});
