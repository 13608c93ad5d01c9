import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DefinitionKind } from "@timewell/contracts";
import { describe, expect, test } from "vitest";
import { nowUs } from "../fake-io.testdata.ts";
import { parseAssignments } from "./assignments.ts";
import { loadDefinitions } from "./definitions-module.ts";
import { parseDurationFlag } from "./durations.ts";
import { entityRows } from "./entity-rows.ts";
import { readJsonRows } from "./json-rows.ts";
import { kindName, parseKind } from "./kinds.ts";
import { parseSelection } from "./selection.ts";
import { parseVersion } from "./versions.ts";
import { parseViewName } from "./view-names.ts";

const folder = mkdtempSync(join(tmpdir(), "timewell-inputs-"));
function fileOf(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe("parseAssignments()", () => {
  test("splits at the first =", () => {
    expect([...parseAssignments(["a=1", "b=x=y", "c="], "--key")]).toEqual([
      ["a", "1"],
      ["b", "x=y"],
      ["c", ""],
    ]);
  });

  test("refuses a word without a name, and a name given twice", () => {
    expect(() => parseAssignments(["5"], "--key")).toThrow('Cannot read --key: got "5", expected name=value');
    expect(() => parseAssignments(["=5"], "--key")).toThrow("expected name=value");
    expect(() => parseAssignments(["a=1", "a=2"], "--key")).toThrow("a is there twice");
  });
});

describe("parseKind()", () => {
  test.each(["feature-view", "feature-views", "view", "views", "feature_view"])("knows %s", (word) => {
    expect(parseKind(word).kind).toBe(DefinitionKind.FEATURE_VIEW);
  });

  test("suggests the nearest kind", () => {
    expect(() => parseKind("entitty")).toThrow("Did you mean entity?");
    expect(kindName(parseKind("entities").kind)).toBe("entity");
    expect(kindName(parseKind("services").kind)).toBe("feature service");
  });
});

describe("parseSelection()", () => {
  test("takes a service, or references apart or with commas", () => {
    expect(parseSelection(["delay_v1"])).toEqual({ case: "featureService", value: "delay_v1" });
    const { value } = parseSelection(["a:x,a:y", "b:*"]) as { value: { references: string[] } };
    expect(value.references).toEqual(["a:x", "a:y", "b:*"]);
  });

  test.each([[[]], [["delay_v1", "a:x"]], [["a", "b"]]])("refuses %o", (words) => {
    expect(() => parseSelection(words)).toThrow("expected one service or references");
  });
});

describe("small inputs", () => {
  test("parseViewName() reads view and view@version", () => {
    expect(parseViewName("v")).toEqual({ view: "v", version: 0 });
    expect(parseViewName("v@3")).toEqual({ view: "v", version: 3 });
    expect(() => parseViewName("v@x")).toThrow("expected view or view@version");
  });

  test("parseDurationFlag() and parseVersion() name the flag", () => {
    expect(parseDurationFlag("1d", "--overlap")).toBe(86_400_000n);
    expect(parseDurationFlag(undefined, "--overlap")).toBe(undefined);
    expect(() => parseDurationFlag("1.5h", "--overlap")).toThrow('Cannot read --overlap: got "1.5h"');
    expect(parseVersion("7", "--base-version")).toBe(7n);
    expect(() => parseVersion("-7", "--base-version")).toThrow("Cannot read --base-version");
  });
});

describe("entityRows()", () => {
  const keys = [
    { name: "origin", type: "STRING" },
    { name: "day", type: "INT64" },
  ] as const;
  const none = new Map<string, string>();
  const fields = { keys, requestData: [{ name: "planned", type: "DOUBLE" }] } as const;

  test("types the keys of flags and of files", () => {
    const texts = new Map([
      ["origin", "007"],
      ["day", "5"],
    ]);
    const [row] = entityRows(fields, { texts, rows: undefined }, nowUs);
    expect(row?.keys["origin"]?.kind).toEqual({ case: "stringValue", value: "007" });
    expect(row?.keys["day"]?.kind).toEqual({ case: "int64Value", value: 5n });
    const [json] = entityRows(fields, { texts: none, rows: [{ origin: "007", day: "5" }] }, nowUs);
    expect(json).toEqual(row);
  });

  test("takes request data from among the keys, or leaves it out", () => {
    const texts = new Map([
      ["origin", "A"],
      ["planned", "3"],
      ["day", "5"],
    ]);
    const [row] = entityRows(fields, { texts, rows: undefined }, nowUs);
    expect(row?.requestData["planned"]?.kind).toEqual({ case: "doubleValue", value: 3 });
    expect(Object.keys(row!.keys)).toEqual(["origin", "day"]);
    const json = [
      { origin: "A", day: 5, planned: 3 },
      { origin: "A", day: 5 },
    ];
    const [first, second] = entityRows(fields, { texts: none, rows: json }, nowUs);
    expect(first).toEqual(row);
    expect(second?.requestData).toEqual({});
  });

  test("names a missing and an unknown key, and the row", () => {
    expect(() => entityRows(fields, { texts: new Map([["day", "5"]]), rows: undefined }, nowUs)).toThrow(
      "key origin is missing. Add --key origin=VALUE.",
    );
    const rows = [
      { origin: "A", day: 1 },
      { orgin: "A", day: 1 },
    ];
    expect(() => entityRows(fields, { texts: none, rows }, nowUs)).toThrow(
      /key orgin in row 1.*Did you mean origin/,
    );
  });
});

describe("readJsonRows()", () => {
  test("reads a list, and an object a line", async () => {
    const rows = [{ a: 1 }, { a: 2 }];
    expect(await readJsonRows(fileOf("list.json", JSON.stringify(rows)), "--rows")).toEqual(rows);
    expect(await readJsonRows(fileOf("lines.json", '{"a":1}\n\n{"a":2}\n'), "--rows")).toEqual(rows);
  });

  test("names the line or row that is wrong, and a file that is not there", async () => {
    await expect(readJsonRows(fileOf("bad.json", '{"a":1}\n{'), "--rows")).rejects.toThrow(
      "line 2 is not JSON",
    );
    await expect(readJsonRows(fileOf("five.json", "[5]"), "--rows")).rejects.toThrow(
      "row 0 is 5, expected an object",
    );
    await expect(readJsonRows(fileOf("cut.json", '[{"a"'), "--rows")).rejects.toThrow("it is not JSON");
    await expect(readJsonRows(join(folder, "none.json"), "--rows")).rejects.toThrow("Cannot read --rows");
  });
});

describe("loadDefinitions()", () => {
  test("compiles a module outside of this checkout", async () => {
    const path = fileOf(
      "features.mts",
      'import { entity } from "@timewell/define";\nexport const user = entity({ name: "user", joinKeys: { id: "int64" } });\n',
    );
    const { entities } = await loadDefinitions(path);
    expect(entities.map(({ name }) => name)).toEqual(["user"]);
  });

  test("says where a module fails, and that one defines nothing or is not there", async () => {
    const broken = fileOf("broken.mts", "\nthrow new Error('no such table');\nexport {};\n");
    await expect(loadDefinitions(broken)).rejects.toThrow(/Cannot load .*no such table, line 2/);
    await expect(loadDefinitions(fileOf("empty.mts", "export const x = 1;\n"))).rejects.toThrow(
      "exports none",
    );
    await expect(loadDefinitions(join(folder, "none.ts"))).rejects.toThrow("Cannot find the definitions");
  });
});
