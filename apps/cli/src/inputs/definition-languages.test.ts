import { toBinary } from "@bufbuild/protobuf";
import { DefinitionsSchema, type Definitions } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { repoRoot } from "@timewell/setup";
import fc from "fast-check";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { runProgram } from "../codegen/run-program.ts";
import { timewellPython } from "../timewell-python.testdata.ts";
import { defineProject, type ProjectSpec } from "./project-specs.testdata.ts";
import { projectSpecs } from "./random-projects.testdata.ts";
import { wholeProject } from "./whole-project.testdata.ts";

const runs = Number(process.env["TIMEWELL_RUNS"] ?? 3);
let python: string;

/** The bytes of a project as hex digits, or what is wrong with it. */
type Answer = { readonly bytes: string } | { readonly kind: string; readonly field: string };

/** As Protobuf orders the keys of a map in Python: by bytes, the longer one first where it begins with the other. */
function compareKeys(a: string, b: string): number {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  const length = Math.min(left.length, right.length);
  const order = left.compare(right, 0, length, 0, length);
  return order === 0 ? right.length - left.length : order;
}

function sorted(map: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => compareKeys(a, b)));
}

/** Maps have no order on the wire; here they get that of Python. */
function withSortedMaps(definitions: Definitions): Definitions {
  const { entities, featureViews, featureServices } = definitions;
  for (const item of [...entities, ...featureViews, ...featureServices]) item.tags = sorted(item.tags);
  for (const source of featureViews.flatMap(({ batchSource, streamSource }) => [batchSource, streamSource])) {
    if (source) source.fieldMapping = sorted(source.fieldMapping);
  }
  for (const use of featureServices.flatMap(({ views }) => views)) {
    use.joinKeyMapping = sorted(use.joinKeyMapping);
  }
  return definitions;
}

function answerOfTypescript(spec: ProjectSpec): Answer {
  try {
    const bytes = toBinary(DefinitionsSchema, withSortedMaps(defineProject(spec)));
    return { bytes: Buffer.from(bytes).toString("hex") };
  } catch (error) {
    if (!(error instanceof FeatureStoreError)) throw error;
    return { kind: error.kind, field: error.field };
  }
}

async function answersOfPython(specs: readonly ProjectSpec[]): Promise<Answer[]> {
  const script = join(repoRoot, "python/timewell/tests/definitions_from_specs.py");
  const { exitCode, stdout, stderr } = await runProgram(python, [script], Buffer.from(JSON.stringify(specs)));
  if (exitCode !== 0) throw new Error(stderr);
  return JSON.parse(new TextDecoder().decode(stdout)) as Answer[];
}

beforeAll(async () => {
  python = await timewellPython();
});

describe("definitions in TypeScript and in Python", () => {
  test("compile to the same bytes, or are refused for the same reason", async () => {
    const same = fc.asyncProperty(fc.array(projectSpecs, { size: "max", maxLength: 80 }), async (specs) => {
      expect(await answersOfPython(specs)).toEqual(specs.map(answerOfTypescript));
    });
    await fc.assert(same, { numRuns: runs });
  });

  test("compile to the same bytes with every type, and with every part and none", async () => {
    const whole = wholeProject();
    const bare = { entities: [{ name: "e", keys: [] }], views: [], services: [] };
    expect(await answersOfPython([whole, bare])).toEqual([whole, bare].map(answerOfTypescript));
    expect(answerOfTypescript(whole)).toHaveProperty("bytes");
  });
});
