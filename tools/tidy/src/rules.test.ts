import { describe, expect, test } from "vitest";
import { bannedCalls } from "./rules/banned-calls.ts";
import { curatedExports } from "./rules/curated-exports.ts";
import { deadFiles } from "./rules/dead-files.ts";
import { declaredImports } from "./rules/declared-imports.ts";
import { documentedExports } from "./rules/documented-exports.ts";
import { grpcWrites } from "./rules/grpc-writes.ts";
import { markdownTitles } from "./rules/markdown-titles.ts";
import { noSkippedTests } from "./rules/no-skipped-tests.ts";
import { plainText } from "./rules/plain-text.ts";
import { sizes } from "./rules/sizes.ts";
import type { Rule } from "./source-file.ts";

/** Where a rule finds something in these files. */
function places(rule: Rule, files: Record<string, string>): string[] {
  return rule.check(Object.entries(files).map(([path, text]) => ({ path, text }))).map(({ where }) => where);
}

/** Whether a rule finds something in a snippet at a path. */
function finds(rule: Rule, path: string, text: string): boolean {
  return places(rule, { [path]: text }).length > 0;
}

const lib = "libs/core/keys/src/a.ts";

describe("banned calls", () => {
  test.each([
    "const now = Date.now();",
    "const now = new Date();",
    "const start = performance.now();",
    "const dice = Math.random();",
    'const port = process.env["PORT"];',
    'console.log("hello");',
    "setTimeout(() => undefined, 5);",
    "globalThis.setInterval(() => undefined, 5);",
    "const wait = { wait: setTimeout };",
    'import { setTimeout } from "node:timers/promises";',
  ])("are found in %s", (text) => expect(finds(bannedCalls, lib, text)).toBe(true));

  test.each([
    "const now = new Date(0);",
    "// Date.now() is not used here",
    'const text = "console";',
    "socket.setTimeout(5);",
    "interface Options { console: string }",
  ])("are not found in %s", (text) => expect(finds(bannedCalls, lib, text)).toBe(false));

  test.each([
    "apps/serving/src/main.ts",
    "apps/cli/src/show.ts",
    "tools/bench/src/a.ts",
    "examples/flight-delays/src/a.ts",
    "libs/core/ttl/src/system-clock.ts",
    "libs/core/ttl/src/clock.test.ts",
  ])("are allowed in %s", (path) => expect(finds(bannedCalls, path, "Date.now();")).toBe(false));

  test("name their replacement", () => {
    const [violation] = bannedCalls.check([{ path: lib, text: "\nDate.now();" }]);
    expect(violation).toEqual({
      where: `${lib}:2`,
      message: "Date.now is used here. Take a Clock (@timewell/ttl) and call clock.nowUs().",
    });
  });
});

describe("curated exports", () => {
  const star = 'export * from "./b.ts";';

  test("refuse a star export outside of the contracts", () => {
    expect(finds(curatedExports, lib, star)).toBe(true);
    expect(finds(curatedExports, "libs/contracts/src/index.ts", star)).toBe(false);
    expect(finds(curatedExports, lib, 'export { b } from "./b.ts";')).toBe(false);
  });

  test("want an index in every library", () => {
    const manifest = { "libs/core/keys/package.json": "{}" };
    expect(places(curatedExports, manifest)).toEqual(["libs/core/keys"]);
    expect(places(curatedExports, { ...manifest, "libs/core/keys/src/index.ts": "" })).toEqual([]);
  });
});

describe("dead files", () => {
  test("are those that no root names, however far away", () => {
    const files = {
      "libs/a/src/index.ts": 'export { b } from "./b.ts";',
      "libs/a/src/b.ts": 'const worker = new URL("./c.ts", import.meta.url);',
      "libs/a/src/c.ts": "",
      "libs/a/src/d.ts": 'import "./e.ts";',
      "libs/a/src/e.ts": 'import "./d.ts";',
    };
    expect(places(deadFiles, files)).toEqual(["libs/a/src/d.ts", "libs/a/src/e.ts"]);
  });

  test("are not those that a test, an npm script or a configuration names", () => {
    const files = {
      "package.json": '{ "scripts": { "soak": "node tools/bench/src/soak.ts" } }',
      "vitest.config.ts": 'const setup = ["tools/setup/src/global.ts"];',
      "tools/bench/src/soak.ts": "",
      "tools/setup/src/global.ts": "",
      "libs/a/src/twin.ts": "",
      "libs/a/src/a.test.ts": 'import { twin } from "./twin.ts";',
    };
    expect(places(deadFiles, files)).toEqual([]);
  });
});

describe("declared imports", () => {
  const manifests = {
    "package.json": '{ "name": "root", "devDependencies": { "vitest": "5" } }',
    "libs/a/package.json": '{ "name": "@timewell/a", "dependencies": { "@timewell/b": "0.1.0", "pg": "8" } }',
  };
  const check = (path: string, from: string) =>
    places(declaredImports, { ...manifests, [path]: `import "${from}";` });

  test.each(["@timewell/c", "vitest", "fs", "pg-pool"])("refuse %s", (from) => {
    expect(check("libs/a/src/a.ts", from)).toEqual(["libs/a/src/a.ts:1"]);
  });

  test.each(["@timewell/b", "@timewell/b/deep", "pg", "./x.ts", "node:fs"])("allow %s", (from) => {
    expect(check("libs/a/src/a.ts", from)).toEqual([]);
  });

  test("allow the test tools of the root in tests", () => {
    expect(check("libs/a/src/a.test.ts", "vitest")).toEqual([]);
  });
});

test("documented exports want a comment on exports of libraries, once for all overloads", () => {
  expect(finds(documentedExports, lib, "export const a = 1;")).toBe(true);
  expect(finds(documentedExports, lib, "/** One. */\nexport const a = 1;\nconst b = 2;")).toBe(false);
  const overloads = "/** Adds. */\nexport function add(a: 1): 1;\nexport function add(a: 2): 2;";
  expect(finds(documentedExports, lib, overloads)).toBe(false);
  expect(finds(documentedExports, "apps/serving/src/a.ts", "export const a = 1;")).toBe(false);
});

test("streams are written by one file only", () => {
  expect(finds(grpcWrites, "apps/serving/src/rpc/get.ts", "call.write(row);")).toBe(true);
  expect(finds(grpcWrites, "apps/serving/src/rpc/get.ts", "this.#call.write(row);")).toBe(true);
  expect(finds(grpcWrites, "apps/serving/src/rpc/get.ts", "await environment.write(row);")).toBe(false);
  expect(finds(grpcWrites, "libs/service/src/grpc/write-with-drain.ts", "call.write(row);")).toBe(false);
});

describe("markdown titles", () => {
  test.each([
    ["# One\n\n## Two\n", false],
    ["# One\n\n```\n# a comment\n```\n", false],
    ["# One\n\n# Two\n", true],
    ["## Two\n", true],
    ["Text\n\n# One\n", true],
  ])("in %j", (text, isFound) => expect(finds(markdownTitles, "docs/a.md", text)).toBe(isFound));
});

describe("skipped tests", () => {
  test.each([
    ["a.test.ts", "test.skip('a', () => {});", true],
    ["a.test.ts", "describe.each([1]).only('a', () => {});", true],
    ["a.test.ts", "it.skipIf(true)('a', () => {});", true],
    ["a.test.ts", "cursor.skip(4); options.only;", false],
    ["a_test.py", "@pytest.mark.skip(reason='slow')", true],
    ["a_test.py", "# pytest.mark.skip is not used", false],
  ])("in %s: %s", (path, text, isFound) => expect(finds(noSkippedTests, path, text)).toBe(isFound));
});

describe("plain text", () => {
  const at = (...parts: string[]) => parts.join("");

  test.each([
    at("// TO", "DO: later"),
    at("# FIX", "ME"),
    at('const folder = "/wo', 'rk/main";'),
    at("see /ho", "me/me/notes"),
    at('"resolved": "htt', 'ps://example.test/a.tgz"'),
  ])("refuses %s", (text) => expect(finds(plainText, "a.txt", text)).toBe(true));

  test.each([
    "todo list",
    "import a from './home/a.ts'",
    "https://example.test/work/a",
    '"resolved": "libs/a"',
  ])("allows %s", (text) => expect(finds(plainText, "a.txt", text)).toBe(false));
});

describe("sizes", () => {
  const lines = (count: number) => "  a();\n".repeat(count);

  test("a file may have 400 lines", () => {
    expect(finds(sizes, lib, lines(400))).toBe(false);
    expect(finds(sizes, lib, lines(401))).toBe(true);
  });

  test("a function may have 70 lines", () => {
    expect(finds(sizes, lib, `function f() {\n${lines(68)}}`)).toBe(false);
    expect(finds(sizes, lib, `const f = () => {\n${lines(69)}};`)).toBe(true);
  });

  test("a group of tests may be longer", () => {
    expect(finds(sizes, "libs/a/src/a.test.ts", `describe("a", () => {\n${lines(90)}});`)).toBe(false);
    const suite = `function suite() {\n  describe("a", () => {\n${lines(90)}  });\n}`;
    expect(finds(sizes, "libs/stores/conformance/src/a.ts", suite)).toBe(false);
    const test = `function suite() {\n  it("a", () => {\n${lines(90)}  });\n}`;
    expect(places(sizes, { "libs/stores/conformance/src/a.ts": test })).toEqual([
      "libs/stores/conformance/src/a.ts:2",
    ]);
  });
});
