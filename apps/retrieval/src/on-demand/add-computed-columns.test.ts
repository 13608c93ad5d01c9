import { create } from "@bufbuild/protobuf";
import {
  DefinitionsSchema,
  FileFormat,
  GetTrainingSetRequestSchema,
  type Receipt,
  ValueType,
} from "@timewell/contracts";
import { compileProject, planDefinitions } from "@timewell/model";
import { Table, tableFromIPC, tableToIPC, vectorFromArray, Float64, Int32, Int64, Utf8 } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { getTrainingSet } from "../get-training-set.ts";
import { RetrievalWorld } from "../retrieval-world.testdata.ts";
import { trainingMessages } from "../training-messages.testdata.ts";

const nowUs = 1_767_225_600_000_000n;
const { BOOL, DOUBLE, DOUBLE_LIST, INT32, INT64, STRING, TIMESTAMP } = ValueType;

const plan = planDefinitions(
  undefined,
  "default",
  create(DefinitionsSchema, {
    entities: [{ name: "airport", joinKeys: [{ name: "airport", type: STRING }] }],
    featureViews: [
      {
        name: "hourly",
        entity: "airport",
        features: [
          { name: "departures", type: INT64 },
          { name: "mean_delay", type: DOUBLE },
        ],
        batchSource: { format: FileFormat.CSV, path: "hourly.csv", eventTimeColumn: "event_timestamp" },
      },
    ],
    featureServices: [
      {
        name: "delay",
        views: [{ view: "hourly" }],
        requestData: [
          { name: "planned", type: INT32 },
          { name: "factor", type: DOUBLE },
          { name: "gate", type: STRING },
          { name: "unused", type: TIMESTAMP },
        ],
        onDemandFeatures: [
          { name: "is_risky", type: BOOL, expression: "hourly.mean_delay > 15.0 && planned > 30" },
          { name: "each", type: INT64, expression: "planned / hourly.departures" },
          { name: "scaled", type: DOUBLE_LIST, expression: "[hourly.mean_delay * factor, factor]" },
          { name: "place", type: STRING, expression: "airport + '/' + gate" },
        ],
      },
    ],
  }),
);
const project = compileProject(plan.build({ viewIds: [1], appliedAtUs: nowUs, appliedBy: "" }));

describe("addComputedColumns()", () => {
  let world: RetrievalWorld;

  beforeAll(async () => {
    world = await RetrievalWorld.create(project, nowUs);
    await world.write("hourly.csv", [
      "airport,event_timestamp,departures,mean_delay",
      "SEA,2025-12-31T00:00:00Z,4,20",
      "SFO,2025-12-31T00:00:00Z,0,",
    ]);
  });
  afterAll(() => world.close());

  const t = "2026-01-01T00:00:00Z";

  async function train(labels: readonly string[] | Table, includeStatuses = false) {
    const parts: Uint8Array[] = [];
    let receipt: Receipt | undefined;
    const { named, sent } = await put(labels);
    const request = create(GetTrainingSetRequestSchema, {
      project: "default",
      selection: { case: "featureService", value: "delay" },
      labels: named,
      includeStatuses,
    });
    for await (const { part } of getTrainingSet(world.deps, trainingMessages(request, sent), {
      signal: new AbortController().signal,
      principal: "",
    })) {
      if (part.case === "receipt") receipt = part.value;
      if (part.case === "arrowSchema" || part.case === "arrowBatch") parts.push(part.value);
    }
    const table = tableFromIPC(Buffer.concat(parts));
    const column = (name: string): unknown[] =>
      [...(table.getChild(name) ?? [])].map((value: unknown) => (isList(value) ? [...value] : value));
    return { names: table.schema.fields.map(({ name }) => name), column, receipt };
  }

  async function put(labels: readonly string[] | Table) {
    if (!(labels instanceof Table)) {
      await world.write("labels.csv", labels);
      return { named: { case: "labelsPath", value: "labels.csv" }, sent: [] } as const;
    }
    const sent = [tableToIPC(labels, "stream")];
    return { named: { case: "labelsFollow", value: true }, sent } as const;
  }

  const head = "airport,event_timestamp,planned,factor,gate";

  it("puts on-demand columns between those of views and of statuses (semantics 10)", async () => {
    const { names, column, receipt } = await train(
      [head, `SEA,${t},45,0.5,007`, `SFO,${t},45,2,1`, `LAX,${t},,,`],
      true,
    );
    expect(names).toEqual([
      ...head.split(","),
      "hourly__departures",
      "hourly__mean_delay",
      "is_risky",
      "each",
      "scaled",
      "place",
      "hourly__status",
    ]);
    expect(column("is_risky")).toEqual([true, null, null]);
    expect(column("each")).toEqual([11n, null, null]);
    expect(column("scaled")).toEqual([[10, 0.5], null, null]);
    expect(column("place").slice(0, 2)).toEqual(["SEA/007", "SFO/1"]);
    expect(column("hourly__status")).toEqual(["PRESENT", "PRESENT", "NOT_FOUND"]);
    expect(receipt?.warnings).toContain("each could not be computed for 1 rows and is NULL there");
    expect(receipt?.warnings).toContain("scaled could not be computed for 2 rows and is NULL there");
  });

  it("takes columns of neighbouring types, and more rows than one batch", async () => {
    const count = 70_000;
    const labels = new Table({
      airport: vectorFromArray(
        Array.from({ length: count }, () => "SEA"),
        new Utf8(),
      ),
      event_timestamp: vectorFromArray(
        Array.from({ length: count }, () => t),
        new Utf8(),
      ),
      planned: vectorFromArray(
        Array.from({ length: count }, (_, i) => BigInt(i)),
        new Int64(),
      ),
      factor: vectorFromArray(
        Array.from({ length: count }, (_, i) => i),
        new Int32(),
      ),
      gate: vectorFromArray(
        Array.from({ length: count }, () => "ü"),
        new Utf8(),
      ),
    });
    await expect(train(labels)).rejects.toMatchObject({ kind: "INVALID_LABELS" });
    const times = vectorFromArray(Array.from({ length: count }, () => new Date(t)));
    const { column } = await train(labels.assign(new Table({ event_timestamp: times })));
    expect(column("each")[69_999]).toBe(17_499n);
    expect(column("scaled")[69_999]).toEqual([1_399_980, 69_999]);
    expect(column("place")[69_999]).toBe("SEA/ü");
  });

  const wrong: [string, readonly string[], string][] = [
    [
      "an absent column",
      ["airport,event_timestamp,planned,factor", `SEA,${t},1,1`],
      "column gate is absent, expected for request data gate. Add it to the labels",
    ],
    ["a wrong type", [head, `SEA,${t},x,1,1`], "column planned"],
    [
      "a value out of range",
      [head, `SEA,${t},1,1,1`, `SEA,${t},3000000000,1,1`],
      "column planned does not fit INT32 in row 2: got 3000000000, expected a whole number",
    ],
    [
      "a column with the name of a result",
      [`${head},is_risky`, `SEA,${t},1,1,1,1`],
      "column is_risky is also a column of the result",
    ],
  ];
  for (const [what, labels, message] of wrong) {
    it(`refuses ${what}, naming the column`, async () => {
      const failure = await train(labels).then(
        () => undefined,
        (error: unknown) => error as Error,
      );
      expect(failure).toMatchObject({ kind: "INVALID_LABELS" });
      expect(failure?.message).toContain(message);
    });
  }

  it("needs no column that no expression reads, and takes one without values as NULL", async () => {
    const { column } = await train([head, `SEA,${t},,,`]);
    expect(column("is_risky")).toEqual([null]);
    expect(column("place")).toEqual([null]);
  });

  it("refuses a float column for whole numbers", async () => {
    const labels = new Table({
      airport: vectorFromArray(["SEA"], new Utf8()),
      event_timestamp: vectorFromArray([new Date(t)]),
      planned: vectorFromArray([1.5], new Float64()),
      factor: vectorFromArray([1], new Float64()),
      gate: vectorFromArray(["a"], new Utf8()),
    });
    await expect(train(labels)).rejects.toThrow(
      /column planned has type Float64, expected INT32 for request data planned/,
    );
  });
});

function isList(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}
