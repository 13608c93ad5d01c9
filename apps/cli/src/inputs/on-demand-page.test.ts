import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clone } from "@bufbuild/protobuf";
import { DefinitionsSchema } from "@timewell/contracts";
import { compileProject, planDefinitions, valueTypeOf } from "@timewell/model";
import type { FeatureType } from "@timewell/row";
import { describe, expect, test } from "vitest";
import { loadDefinitions } from "./definitions-module.ts";

const page = readFileSync(new URL("../../../../docs/on-demand.md", import.meta.url), "utf8");
const blockOf = (language: string) => new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "s").exec(page)![1]!;
const lines = blockOf("cel").trim().split("\n");

describe("docs/on-demand.md", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "timewell-page-")), "features.mts");
  writeFileSync(path, blockOf("ts"));
  const definitions = await loadDefinitions(path);

  test("declares a service that can be applied", () => {
    const snapshot = planDefinitions(undefined, "p", definitions).build({
      viewIds: [1],
      appliedAtUs: 1n,
      appliedBy: "",
    });
    const { selection } = compileProject(snapshot).services.get("delay_v2")!;
    expect(selection.onDemand!.columns.map(({ name }) => name)).toEqual(["is_risky", "delay_or_0"]);
  });

  test.each(lines)("shows an expression that compiles: %s", (line) => {
    const [, name, type, dimension, expression] = /^(\w+): (\w+?)(?:\((\d+)\))? = (.+)$/.exec(line)!;
    const changed = clone(DefinitionsSchema, definitions);
    changed.featureServices[0]!.onDemandFeatures = [
      {
        $typeName: "timewell.types.v1.OnDemandFeature",
        name: name!,
        type: valueTypeOf(type as FeatureType),
        dimension: Number(dimension ?? 0),
        expression: expression!,
        description: "",
      },
    ];
    expect(planDefinitions(undefined, "p", changed).changes).toHaveLength(3);
  });

  test("quotes the error that a misspelt name gives", () => {
    const changed = clone(DefinitionsSchema, definitions);
    changed.featureServices[0]!.onDemandFeatures[0]!.expression = "origin.mean_dela > 15.0";
    const quoted = page
      .split("\n")
      .flatMap((line) => (line.startsWith("> ") ? [line.slice(2)] : []))
      .join(" ");
    const message = quoted.replace(/^Error \(INVALID_DEFINITION\): /, "");
    expect(() => planDefinitions(undefined, "p", changed)).toThrow(message);
  });
});
