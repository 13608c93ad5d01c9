import { create } from "@bufbuild/protobuf";
import { AggregateFunction, DefinitionsSchema, FileFormat, ValueType } from "@timewell/contracts";
import { encodeKey } from "@timewell/keys";
import { compileProject, type CompiledView, planDefinitions } from "@timewell/model";
import { encodeStoredTiles } from "@timewell/row";
import { TileBlob, type TileEvent } from "@timewell/transforms";
import type { OnlineStore } from "@timewell/store-ports";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { memoryStore } from "../typed/describe-typed-get.testdata.ts";
import { startTypedServing, type TypedServing } from "../typed/start-typed-serving.testdata.ts";
import { callTyped, reflectedMethod } from "../typed/typed-client.testdata.ts";

const { INT64, DOUBLE, STRING, STRING_LIST } = ValueType;
const { COUNT, MEAN, LAST_N } = AggregateFunction;
const hourMs = 3_600_000n;
const hourUs = hourMs * 1_000n;

const plan = planDefinitions(
  undefined,
  "flights",
  create(DefinitionsSchema, {
    entities: [{ name: "airport", joinKeys: [{ name: "airport", type: STRING }] }],
    featureViews: [
      { name: "airport_daily", entity: "airport", features: [{ name: "gates", type: INT64 }] },
      {
        name: "departures",
        entity: "airport",
        eventFields: [
          { name: "flight", type: STRING },
          { name: "delay", type: DOUBLE },
        ],
        features: [
          { name: "count_1h", type: INT64, aggregate: { function: COUNT, windowMs: hourMs } },
          { name: "count_7d", type: INT64, aggregate: { function: COUNT, windowMs: 168n * hourMs } },
          { name: "mean_delay", type: DOUBLE, aggregate: { function: MEAN, input: "delay" } },
          { name: "last", type: STRING_LIST, aggregate: { function: LAST_N, input: "flight", n: 2 } },
        ],
        batchSource: { format: FileFormat.CSV, path: "departures.csv", eventTimeColumn: "at" },
      },
    ],
    featureServices: [
      { name: "whole", views: [{ view: "airport_daily" }, { view: "departures" }] },
      { name: "part", views: [{ view: "departures", features: ["mean_delay"] }] },
    ],
  }),
);
const snapshot = plan.build({ viewIds: [1, 2], appliedAtUs: 1n, appliedBy: "" });
const view = compileProject(snapshot).views.get("departures")![0] as CompiledView;
const { tiles, batchPartId } = view.windows!;

describe("views with windows", () => {
  let store: OnlineStore;
  let serving: TypedServing;
  let nowUs: bigint;

  beforeEach(async () => {
    store = memoryStore();
    serving = await startTypedServing(store);
    serving.say(snapshot);
    await serving.definitions.waitForVersion("flights", 1n);
    nowUs = BigInt(Date.parse(new Date().toISOString())) * 1_000n;
    await put(view.id, "SEA", [event(0n, 1n, "F1", 1), event(3n * hourUs, 2n, "F2", 4)]);
    await put(batchPartId!, "SEA", [event(30n * hourUs, 1n, "F3", 7)]);
  });
  afterEach(() => serving.stop());

  const event = (agoUs: bigint, order: bigint, flight: string, delay: number): TileEvent => ({
    eventTimeUs: nowUs - agoUs,
    order,
    values: [flight, delay],
  });

  async function put(viewId: number, airport: string, events: readonly TileEvent[]): Promise<void> {
    const blob = new TileBlob(tiles, undefined);
    for (const each of events) blob.add(each);
    const header = { deleted: false, eventTimeUs: 0n, order: 1n, availableTimeUs: nowUs };
    const row = encodeStoredTiles(header, blob.bytes());
    await store.apply([
      { viewId, entityKey: encodeKey(["STRING"], [airport]), row, stampAvailableTime: false },
    ]);
  }

  async function post(path: string, body: object): Promise<unknown> {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${serving.url}/${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    const answer: unknown = await response.json();
    return answer;
  }

  const byName = (airport: string, options: object = {}) =>
    post("timewell.serving.v1.OnlineServing/GetOnlineFeatures", {
      project: "flights",
      features: { references: ["departures:*"] },
      rows: [{ keys: { airport: { stringValue: airport } } }],
      options,
    });

  it("are answered by name, from the log and from source files (semantics 11)", async () => {
    expect(await byName("SEA", { includeTimes: true })).toMatchObject({
      rows: [
        {
          values: [
            { int64Value: "1" },
            { int64Value: "3" },
            { doubleValue: 4 },
            { stringListValue: { v: ["F1", "F2"] } },
          ],
          statuses: ["STATUS_PRESENT"],
          eventTimesUs: [String(nowUs)],
          availableTimesUs: [String(nowUs)],
        },
      ],
    });
  });

  it("are PRESENT for an entity without events, whatever age is asked for (semantics 11)", async () => {
    expect(await byName("PDX", { maxAgeMs: "1" })).toMatchObject({
      rows: [
        {
          values: [{ int64Value: "0" }, { int64Value: "0" }, {}, { stringListValue: {} }],
          statuses: ["STATUS_PRESENT"],
        },
      ],
    });
  });

  it("are NEWER as of an instant before their latest event (semantics 4)", async () => {
    const answer = await byName("SEA", { asOfUs: String(nowUs - 1n) });
    expect(answer).toMatchObject({ rows: [{ statuses: ["STATUS_NEWER"] }] });
  });

  it("are answered by typed services, whole and in part, beside views without windows", async () => {
    const whole = await reflectedMethod(serving.client, "v1", "timewell.features.flights.Whole", "Get");
    const rows = [{ airport: "SEA" }, { airport: "PDX" }];
    expect(await callTyped(serving.client, whole!, { rows })).toMatchObject({
      rows: [
        {
          states: { airport_daily: "STATUS_NOT_FOUND" },
          departures: { count_1h: "1", count_7d: "3", mean_delay: 4, last: { v: ["F1", "F2"] } },
        },
        { departures: { count_1h: "0", count_7d: "0", last: {} } },
      ],
    });
    const part = await reflectedMethod(serving.client, "v1", "timewell.features.flights.Part", "Get");
    expect(await callTyped(serving.client, part!, { rows })).toMatchObject({
      rows: [{ departures: { mean_delay: 4 } }, { departures: {} }],
    });
  });

  it("are answered to Feast's clients", async () => {
    const answer = await post("get-online-features", {
      features: ["departures:count_7d", "departures:last", "airport_daily:gates"],
      entities: { airport: ["PDX", "SEA"] },
    });
    expect(answer).toMatchObject({
      results: [{}, { values: [0, 3] }, { values: [null, ["F1", "F2"]] }, { values: [null, null] }],
    });
  });
});
