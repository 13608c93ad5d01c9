import { createHash } from "node:crypto";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  DefinitionsSchema,
  FileFormat,
  GetTrainingSetRequestSchema,
  Mode,
  type Receipt,
  ValueType,
} from "@timewell/contracts";
import { encodeKey } from "@timewell/keys";
import { compileProject, findView, planDefinitions } from "@timewell/model";
import { tableFromArrays, tableFromIPC, tableToIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { getTrainingSet } from "./get-training-set.ts";
import { RetrievalWorld } from "./retrieval-world.testdata.ts";
import { trainingMessages } from "./training-messages.testdata.ts";

const nowUs = 1_767_225_600_000_000n;
const hourUs = 3_600_000_000n;
const iso = (us: bigint) => new Date(Number(us / 1000n)).toISOString();
const never = new AbortController().signal;

const plan = planDefinitions(
  undefined,
  "default",
  create(DefinitionsSchema, {
    entities: [{ name: "airport", joinKeys: [{ name: "airport", type: ValueType.STRING }] }],
    featureViews: [
      {
        name: "hourly",
        entity: "airport",
        features: [
          { name: "departures", type: ValueType.INT64 },
          { name: "mean_delay", type: ValueType.DOUBLE },
        ],
        ttlMs: 6n * 3_600_000n,
        batchSource: { format: FileFormat.CSV, path: "hourly.csv", eventTimeColumn: "event_timestamp" },
      },
      { name: "pushed", entity: "airport", features: [{ name: "note", type: ValueType.STRING }] },
    ],
    featureServices: [
      {
        name: "both",
        views: [
          { view: "hourly", alias: "origin", joinKeyMapping: { airport: "origin" } },
          { view: "pushed" },
        ],
      },
    ],
  }),
);
const project = compileProject(plan.build({ viewIds: [1, 2], appliedAtUs: nowUs, appliedBy: "" }));

describe("getTrainingSet()", () => {
  let world: RetrievalWorld;

  beforeAll(async () => {
    world = await RetrievalWorld.create(project, nowUs, 30n * 24n * hourUs);
    await world.write("hourly.csv", [
      "airport,event_timestamp,departures,mean_delay",
      `SEA,${iso(nowUs - 8n * hourUs)},1,1.5`,
      `SEA,${iso(nowUs - hourUs)},2,`,
    ]);
    await world.write("labels.csv", [
      "origin,airport,event_timestamp,label",
      ...labelTimes.map((us, i) => `SEA,SEA,${iso(us)},${i}`),
    ]);
    const view = findView(project, "pushed");
    const row = { viewId: view.id, entityKey: encodeKey(["STRING"], ["SEA"]), deleted: false };
    await world.deps.ingestLog.append([
      { ...row, eventTimeUs: nowUs - 2n * hourUs, payload: view.codec.encode(["hello"]) },
    ]);
  });
  afterAll(() => world.close());

  const labelTimes = [nowUs, nowUs - hourUs, nowUs - hourUs - 1_000n, nowUs - 9n * hourUs, nowUs];

  async function train(
    request: MessageInitShape<typeof GetTrainingSetRequestSchema>,
    ...labels: readonly Uint8Array[]
  ) {
    const full = create(GetTrainingSetRequestSchema, {
      project: "default",
      labels: { case: "labelsPath", value: "labels.csv" },
      mode: Mode.EVENT_TIME,
      ...request,
    });
    const parts: Uint8Array[] = [];
    let receipt: Receipt | undefined;
    for await (const { part } of getTrainingSet(world.deps, trainingMessages(full, labels), {
      signal: never,
      principal: "",
    })) {
      if (part.case === "receipt") receipt = part.value;
      if (part.case === "arrowSchema" || part.case === "arrowBatch") parts.push(part.value);
    }
    const table = tableFromIPC(Buffer.concat(parts));
    const column = (name: string): unknown[] => [...(table.getChild(name) ?? [])];
    return { names: table.schema.fields.map(({ name }) => name), column, receipt };
  }

  const references = (...names: string[]) => ({ case: "features" as const, value: { references: names } });

  it("returns every label row once, in order, with its own columns, source and log joined (semantics 7)", async () => {
    const { names, column, receipt } = await train({
      selection: { case: "featureService", value: "both" },
      includeStatuses: true,
    });
    expect(names).toEqual([
      "origin",
      "airport",
      "event_timestamp",
      "label",
      "origin__departures",
      "origin__mean_delay",
      "pushed__note",
      "origin__status",
      "pushed__status",
    ]);
    expect(column("label").map(Number)).toEqual([0, 1, 2, 3, 4]);
    expect(column("origin__departures")).toEqual([2n, 2n, null, null, 2n]);
    expect(column("origin__mean_delay")).toEqual([null, null, null, null, null]);
    expect(column("origin__status")).toEqual(["PRESENT", "PRESENT", "EXPIRED", "NOT_FOUND", "PRESENT"]);
    expect(column("pushed__note")).toEqual(["hello", "hello", "hello", null, "hello"]);
    expect(receipt).toMatchObject({
      rows: 5n,
      featureService: "both",
      featureServiceRevision: 1,
      registryVersion: 1n,
    });
    expect(receipt?.views.map(({ statuses }) => statuses.map(({ rows }) => rows))).toEqual([
      [3n, 1n, 1n],
      [4n, 0n, 1n],
    ]);
  });

  it("leaves out what had not reached the online store in mode AVAILABLE (semantics 5)", async () => {
    const { column, receipt } = await train({
      selection: references("pushed:note"),
      mode: Mode.UNSPECIFIED,
    });
    expect(column("pushed__note")).toEqual([null, null, null, null, null]);
    expect(receipt?.views[0]?.mode).toBe(Mode.AVAILABLE);
  });

  it("returns columns in the order asked for, and a max_age only tightens the ttl (semantics 3)", async () => {
    const { names, column } = await train({
      selection: references("hourly:mean_delay", "pushed:note", "hourly:departures"),
      maxAgeMs: 1n,
    });
    expect(names.slice(4)).toEqual(["hourly__mean_delay", "pushed__note", "hourly__departures"]);
    expect(column("hourly__departures")).toEqual([null, 2n, null, null, null]);
  });

  it("takes labels that follow, and those of an earlier call by digest", async () => {
    const labels = tableToIPC(
      tableFromArrays({
        airport: ["SEA", "ZZZ"],
        event_timestamp: [new Date(Number(nowUs / 1000n)), new Date(0)],
      }),
      "stream",
    );
    const chunks = Array.from({ length: Math.ceil(labels.length / 100) }, (_, i) =>
      labels.subarray(i * 100, (i + 1) * 100),
    );
    const selection = references("hourly:departures");
    const first = await train({ selection, labels: { case: "labelsFollow", value: true } }, ...chunks);
    expect(first.column("hourly__departures")).toEqual([2n, null]);
    const labelsDigest = createHash("sha256").update(labels).digest("hex");
    const { column } = await train({ selection, labels: { case: "labelsDigest", value: labelsDigest } });
    expect(column("hourly__departures")).toEqual([2n, null]);
    for (const digest of ["0".repeat(64), "../../etc/passwd", ""])
      await expect(
        train({ selection, labels: { case: "labelsDigest", value: digest } }),
      ).rejects.toMatchObject({ kind: "LABELS_NOT_FOUND" });
  });

  it("refuses wrong requests with what to do about it", async () => {
    const selection = references("hourly:departures");
    const bad: [string, MessageInitShape<typeof GetTrainingSetRequestSchema>][] = [
      ["PATH_NOT_ALLOWED", { selection, labels: { case: "labelsPath", value: "../labels.csv" } }],
      ["PATH_NOT_ALLOWED", { selection, labels: { case: "labelsPath", value: "/etc/passwd.csv" } }],
      ["FILE_NOT_FOUND", { selection, labels: { case: "labelsPath", value: "none.parquet" } }],
      ["INVALID_LABELS", { selection, labels: { case: "labelsPath", value: "labels.txt" } }],
      ["INVALID_REQUEST", { selection, labels: { case: undefined } }],
      ["INVALID_REQUEST", {}],
      ["INVALID_REQUEST", { selection, maxAgeMs: 0n }],
      ["FEATURE_NOT_FOUND", { selection: references("hourly:departure") }],
      ["FEATURE_SERVICE_NOT_FOUND", { selection: { case: "featureService", value: "bot" } }],
    ];
    for (const [kind, request] of bad) await expect(train(request)).rejects.toMatchObject({ kind });
  });
});
