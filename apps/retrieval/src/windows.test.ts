import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  AggregateFunction,
  DefinitionsSchema,
  FileFormat,
  GetTrainingSetRequestSchema,
  Mode,
  type Receipt,
  ValueType,
} from "@timewell/contracts";
import { encodeKey } from "@timewell/keys";
import { compileProject, findView, planDefinitions } from "@timewell/model";
import { tableFromIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { getTrainingSet } from "./get-training-set.ts";
import { RetrievalWorld } from "./retrieval-world.testdata.ts";
import { trainingMessages } from "./training-messages.testdata.ts";

const nowUs = 1_767_225_600_000_000n;
const minuteUs = 60_000_000n;
const iso = (us: bigint) => new Date(Number(us / 1000n)).toISOString();
const hour = { windowMs: 3_600_000n };

const plan = planDefinitions(
  undefined,
  "default",
  create(DefinitionsSchema, {
    entities: [{ name: "airport", joinKeys: [{ name: "airport", type: ValueType.STRING }] }],
    featureViews: [
      {
        name: "departures",
        entity: "airport",
        eventFields: [
          { name: "flight", type: ValueType.STRING },
          { name: "delay", type: ValueType.DOUBLE },
        ],
        eventIdField: "flight",
        features: [
          {
            name: "count_1h",
            type: ValueType.INT64,
            aggregate: { function: AggregateFunction.COUNT, ...hour },
          },
          {
            name: "mean_1h",
            type: ValueType.DOUBLE,
            aggregate: { function: AggregateFunction.MEAN, input: "delay", filter: "delay > 0.0", ...hour },
          },
          {
            name: "last_2",
            type: ValueType.STRING_LIST,
            aggregate: { function: AggregateFunction.LAST_N, input: "flight", n: 2, windowMs: 0n },
          },
        ],
        batchSource: { format: FileFormat.CSV, path: "departures.csv", eventTimeColumn: "at" },
        cutOverUs: nowUs - 30n * minuteUs,
      },
      { name: "note", entity: "airport", features: [{ name: "text", type: ValueType.STRING }] },
    ],
    featureServices: [
      {
        name: "both",
        views: [
          { view: "note" },
          { view: "departures", alias: "left", joinKeyMapping: { airport: "origin" } },
        ],
        onDemandFeatures: [
          {
            name: "is_busy",
            type: ValueType.BOOL,
            expression: "left.count_1h > 2 && left.mean_1h > 3.0",
          },
        ],
      },
    ],
  }),
);
const project = compileProject(plan.build({ viewIds: [1, 2], appliedAtUs: nowUs, appliedBy: "" }));

describe("training sets with windows", () => {
  let world: RetrievalWorld;

  beforeAll(async () => {
    world = await RetrievalWorld.create(project, nowUs);
    const flights = [
      ["a", 50n, 2],
      ["b", 40n, 4],
      // Once more, and one from behind the cut-over, which the log has.
      ["a", 35n, 100],
      ["c", 20n, 100],
    ] as const;
    const lines = flights.map(
      ([flight, minutes, delay]) => `SEA,${flight},${delay},${iso(nowUs - minutes * minuteUs)}`,
    );
    await world.write("departures.csv", ["airport,flight,delay,at", ...lines]);
    const labels = [60n, 45n, 10n, 0n].map((minutes) => `SEA,SEA,${iso(nowUs - minutes * minuteUs)}`);
    await world.write("labels.csv", ["origin,airport,event_timestamp", ...labels, `JFK,SEA,${iso(nowUs)}`]);
    await push("departures", ["c", -1], 20n);
    await push("departures", ["d", 6], 5n);
    await push("note", ["hello"], 30n);
  });
  afterAll(() => world.close());

  async function push(name: string, values: readonly (string | number)[], minutes: bigint): Promise<void> {
    const { id, input } = findView(project, name);
    const entityKey = encodeKey(["STRING"], ["SEA"]);
    const eventTimeUs = nowUs - minutes * minuteUs;
    const payload = input.codec.encode(values);
    await world.deps.ingestLog.append([{ viewId: id, entityKey, deleted: false, eventTimeUs, payload }]);
  }

  async function train(request: MessageInitShape<typeof GetTrainingSetRequestSchema>) {
    const full = create(GetTrainingSetRequestSchema, { project: "default", ...request });
    const parts: Uint8Array[] = [];
    let receipt: Receipt | undefined;
    const context = { signal: new AbortController().signal, principal: "" };
    for await (const { part } of getTrainingSet(world.deps, trainingMessages(full, []), context)) {
      if (part.case === "receipt") receipt = part.value;
      if (part.case === "arrowSchema" || part.case === "arrowBatch") parts.push(part.value);
    }
    const table = tableFromIPC(Buffer.concat(parts));
    const column = (name: string): unknown[] => [...table.getChild(name)!].map((value: unknown) => value);
    return {
      bytes: Buffer.concat(parts),
      names: table.schema.fields.map(({ name }) => name),
      column,
      receipt: receipt!,
    };
  }

  const whole = {
    selection: { case: "featureService" as const, value: "both" },
    labels: { case: "labelsPath" as const, value: "labels.csv" },
    mode: Mode.EVENT_TIME,
    includeStatuses: true,
    maxAgeMs: 3_600_000n,
  };

  it("have them beside the rows of other views, from files before the cut-over and from the log, and on-demand features of them (semantics 10, 11)", async () => {
    const { column, receipt } = await train(whole);
    expect(column("left__count_1h")).toEqual([0n, 1n, 3n, 4n, 0n]);
    expect(column("left__mean_1h")).toEqual([null, 2, 3, 4, null]);
    const last = column("left__last_2").map((list) => [...(list as Iterable<string>)]);
    expect(last).toEqual([[], ["a"], ["c", "b"], ["d", "c"], []]);
    expect(column("note__text")).toEqual([null, null, "hello", "hello", "hello"]);
    expect(column("is_busy")).toEqual([false, false, false, true, false]);
    expect(column("left__status")).toEqual(Array.from({ length: 5 }, () => "PRESENT"));
    expect(receipt.views.map(({ mode }) => mode)).toEqual([Mode.EVENT_TIME, Mode.EVENT_TIME]);
  });

  it("are made again in the same bytes after more events, and return single features of them (semantics 16)", async () => {
    const first = await train(whole);
    await push("departures", ["e", 7], 1n);
    const again = await train({
      selection: { case: "trainingSetId", value: first.receipt.trainingSetId },
    });
    expect(again.bytes.equals(first.bytes)).toBe(true);
    const selection = { case: "features" as const, value: { references: ["departures:count_1h"] } };
    const { names, column } = await train({ ...whole, selection, includeStatuses: false });
    expect(names.slice(3)).toEqual(["departures__count_1h"]);
    expect(column("departures__count_1h")).toEqual([0n, 1n, 3n, 5n, 5n]);
  });
});
