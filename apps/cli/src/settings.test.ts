import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { configFileName, readSettings } from "./settings.ts";

function projectWith(content: string): string {
  const root = mkdtempSync(join(tmpdir(), "timewell-settings-"));
  mkdirSync(join(root, "sub"));
  writeFileSync(join(root, configFileName), content);
  return root;
}

describe("readSettings()", () => {
  test("prefers flags to the file and the file to the defaults, and finds the file above", () => {
    const root = projectWith('{"project":"shop","registry":"http://reg:1","definitions":"defs.ts"}');
    const settings = readSettings({ registry: "https://other:2" }, join(root, "sub"));
    expect(settings).toMatchObject({
      project: "shop",
      registry: "https://other:2",
      serving: "http://127.0.0.1:7402",
      definitions: join(root, "defs.ts"),
      baseDir: root,
    });
  });

  test("takes the defaults where there is no file", () => {
    const cwd = mkdtempSync(join(tmpdir(), "timewell-settings-"));
    expect(readSettings({}, cwd)).toMatchObject({
      project: "default",
      definitions: join(cwd, "features.ts"),
    });
  });

  test.each([
    ["{", "it is not JSON"],
    ["[]", "expected an object"],
    ['{"projct":"x"}', "projct is no setting. Did you mean project?"],
    ['{"project":5}', "Cannot use project of"],
    ['{"serving":"localhost:7402"}', "expected a URL of http or https"],
  ])("refuses the file %s", (content, problem) => {
    expect(() => readSettings({}, projectWith(content))).toThrow(problem);
  });
});
