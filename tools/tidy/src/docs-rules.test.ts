import { describe, expect, test } from "vitest";
import { cliDocs } from "./rules/cli-docs.ts";
import { errorDocs } from "./rules/error-docs.ts";
import { markdownLinks } from "./rules/markdown-links.ts";
import { operationsDocs } from "./rules/operations-docs.ts";
import { semanticsNumbers } from "./rules/semantics-numbers.ts";
import type { Rule } from "./source-file.ts";

/** What a rule finds in these files, as messages. */
function messages(rule: Rule, files: Record<string, string>): string[] {
  return rule.check(Object.entries(files).map(([path, text]) => ({ path, text }))).map((one) => one.message);
}

describe("links of markdown files", () => {
  const files = { "apps/a/src/main.ts": "const rowsMax = 3;", "docs/b.md": "# B\n\n## Two words: here\n" };
  const check = (text: string) => messages(markdownLinks, { ...files, "docs/a.md": text });

  test.each([
    "[main](../apps/a/src/main.ts)",
    "[a folder](../apps/a)",
    "[`rowsMax`](../apps/a/src/main.ts)",
    "[b](b.md#two-words-here)",
    "[the web](https://example.test/nothing.md)",
    "```\n[in code](nowhere.md)\n```",
  ])("may be %s", (text) => expect(check(text)).toEqual([]));

  test.each([
    ["[gone](../apps/a/src/gone.ts)", /apps\/a\/src\/gone\.ts, which is not there/],
    ["![picture](gone.svg)", /docs\/gone\.svg, which is not there/],
    ["[`rowsMin`](../apps/a/src/main.ts)", /rowsMin is in .*does not name it/],
    ["[b](b.md#three-words)", /#three-words, a heading/],
  ])("may not be %s", (text, message) => expect(check(text)).toEqual([expect.stringMatching(message)]));
});

describe("numbers of docs/semantics.md", () => {
  const page = (text: string) => ({ "docs/semantics.md": `# Semantics\n\n${text}` });
  const proof = { "libs/a/src/a.test.ts": 'it("a() holds (semantics 2)", () => {});' };
  const proven = "## 2. Two\n\nTests: [a](../libs/a/src/a.test.ts)\n";

  test("are proven by titles of tests", () => {
    expect(messages(semanticsNumbers, { ...page(proven), ...proof })).toEqual([]);
  });

  test("need no test where they come later", () => {
    expect(messages(semanticsNumbers, page("## 3. Three\n\n**Comes later.**\n"))).toEqual([]);
  });

  test("without a test are found, and so are links that prove nothing", () => {
    expect(messages(semanticsNumbers, page(proven))).toEqual([expect.stringMatching(/no test/)]);
    const other = { "libs/b/src/b.test.ts": "" };
    const found = messages(semanticsNumbers, {
      ...page(`${proven}[b](../libs/b/src/b.test.ts)`),
      ...proof,
      ...other,
    });
    expect(found).toEqual([expect.stringMatching(/b\.test\.ts, where no title has \(semantics 2\)/)]);
    expect(messages(semanticsNumbers, { ...page("## 2. Two\n"), ...proof })).toEqual([
      expect.stringMatching(/names no test/),
    ]);
  });

  test("that titles name must exist, also in lists and templates; comments name nothing", () => {
    const files = {
      ...page(proven),
      ...proof,
      "libs/b/src/b.ts": "test(`b() ${name} (semantics 2, 9)`, () => {}); // (semantics 8)",
    };
    expect(messages(semanticsNumbers, files)).toEqual([expect.stringMatching(/no number 9/)]);
  });
});

describe("error kinds", () => {
  const code = {
    "libs/core/errors/src/error-kinds.ts":
      'export const errorKinds = [\n  // Wrong.\n  "BAD_KEY",\n  "GONE",\n] as const;',
    "libs/service/src/errors/error-codes.ts":
      "const codes = {\n  BAD_KEY: Code.InvalidArgument,\n  GONE: Code.Canceled,\n};",
    "libs/a/src/a.ts": 'throw new FeatureStoreError("BAD_KEY", "…"); const gone = "GONE";',
  };
  const section = (kind: string, grpcCode: string) =>
    `### ${kind}\n\n**${grpcCode}** · When.\n\n> Cannot.\n\nMend: do.\n\n`;
  const page = (text: string) => ({ "docs/errors.md": `# Errors\n\n## All\n\n${text}` });
  const good = section("BAD_KEY", "INVALID_ARGUMENT") + section("GONE", "CANCELLED");

  test("are documented with code, example and remedy", () => {
    expect(messages(errorDocs, { ...code, ...page(good) })).toEqual([]);
  });

  test.each([
    [section("BAD_KEY", "INVALID_ARGUMENT"), /is missing/],
    [good + section("INVENTED", "INTERNAL"), /is no error kind/],
    [good.replace("**CANCELLED**", "**ABORTED**"), /its gRPC code \*\*CANCELLED\*\*/],
    [good.replace("> Cannot.", "Cannot."), /no example/],
    [good.replace("Mend: do.", "Do."), /how to mend/],
  ])("are compared with the page: %#", (text, message) => {
    expect(messages(errorDocs, { ...code, ...page(text) })).toEqual([expect.stringMatching(message)]);
  });

  test("that nothing raises are found", () => {
    const unused = { ...code, "libs/a/src/a.ts": 'fail("BAD_KEY");', "libs/a/src/a.test.ts": '"GONE"' };
    expect(messages(errorDocs, { ...unused, ...page(good) })).toEqual([
      expect.stringMatching(/GONE is raised nowhere/),
    ]);
  });
});

describe("docs/operations.md", () => {
  const code = {
    "apps/a/src/config.ts": "export const options = {\n  dataDir: pathOption({}),\n};",
    "apps/a/src/metrics.ts": 'new Gauge({ name: "timewell_age_seconds" });',
  };
  const page = (rows: string) => ({ "docs/operations.md": `# Operations\n\n| a | b |\n| - | - |\n${rows}` });
  const good = "| `--data-dir PATH` | x |\n| `timewell_age_seconds` | x |\n";

  test("lists what there is", () => {
    expect(messages(operationsDocs, { ...code, ...page(good) })).toEqual([]);
  });

  test("is compared both ways", () => {
    const other = "| `--data-root PATH` | x |\n| `timewell_age_total` | x |\n";
    expect(messages(operationsDocs, { ...code, ...page(other) })).toEqual([
      "metric timewell_age_seconds is missing. Add it.",
      "metric timewell_age_total is not in the code. Remove it.",
      "setting --data-dir is missing. Add it.",
      "setting --data-root is not in the code. Remove it.",
    ]);
  });
});

describe("command lines on pages", () => {
  const code = {
    "apps/cli/src/cli.ts": 'option("--output <format>", "");',
    "apps/cli/src/commands/get.ts":
      'cli\n    .command("get <view>", "").addOption(option("--key <name=value>", ""))',
    "apps/cli/src/commands/serve.ts": 'new Command("serve").allowUnknownOption()',
  };
  const check = (text: string) => messages(cliDocs, { ...code, "docs/a.md": text });

  test.each([
    "Run `timewell get VIEW --key a=1 --output json` now.",
    "```\nnpm run timewell -- get a --key b=1   # not --this\n```",
    "`timewell serve registry --listen 127.0.0.1:1`",
    "Timewell gets better; timewell finds nothing in text.",
  ])("may be %j", (text) => expect(check(text)).toEqual([]));

  test.each([
    ["`timewell fetch VIEW`", "shows timewell fetch, which is no command"],
    ["```\ntimewell get VIEW --keys a=1\n```", "shows timewell get --keys, which is no flag of it"],
  ])("may not be %j", (text, message) => expect(check(text)).toEqual([message]));
});
