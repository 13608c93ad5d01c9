import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import type { ServiceError } from "@grpc/grpc-js";
import { DefinitionsSchema, feastServing, ValueType } from "@timewell/contracts";
import { systemClock } from "@timewell/ttl";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { memoryStore } from "../typed/describe-typed-get.testdata.ts";
import { startTypedServing, type TypedServing } from "../typed/start-typed-serving.testdata.ts";
import { callBytes } from "../typed/typed-client.testdata.ts";
import { airportRow, airports, applied } from "../typed/typed-definitions.testdata.ts";

const { GetOnlineFeaturesRequestSchema, GetOnlineFeaturesResponseSchema } = feastServing;
const path = "/feast.serving.ServingService/GetOnlineFeatures";

const { entities, featureViews } = create(DefinitionsSchema, airports);
const snapshot = applied(undefined, {
  entities,
  featureViews,
  featureServices: [
    {
      name: "late",
      views: [{ view: "hourly" }],
      requestData: [
        { name: "extra", type: ValueType.DOUBLE },
        { name: "at", type: ValueType.TIMESTAMP },
        { name: "weights", type: ValueType.DOUBLE_LIST },
      ],
      onDemandFeatures: [
        { name: "total_delay", type: ValueType.DOUBLE, expression: "hourly.mean_delay + extra" },
        { name: "label", type: ValueType.STRING, expression: 'airport + "!"' },
        { name: "again", type: ValueType.TIMESTAMP, expression: "at" },
        { name: "copied", type: ValueType.DOUBLE_LIST, expression: "weights" },
      ],
    },
  ],
});

const names = ["departures", "mean_delay", "total_delay", "label", "again", "copied"];
const statuses = (...each: string[]) => ({ statuses: each });

describe("on-demand features for Feast's clients", () => {
  let serving: TypedServing;

  beforeAll(async () => {
    const store = memoryStore();
    await store.apply([airportRow(snapshot, "hourly", "ZRH", systemClock().nowUs(), [41n, 7.5])]);
    serving = await startTypedServing(store);
    serving.say(snapshot);
    await serving.definitions.waitForVersion("flights", 1n);
  });
  afterAll(() => serving.stop());

  async function post(entities: object) {
    const response = await fetch(`${serving.url}/get-online-features`, {
      method: "POST",
      body: JSON.stringify({ feature_service: "late", entities }),
    });
    return (await response.json()) as unknown;
  }

  it("are computed over REST from stored features, keys and the columns of request data", async () => {
    const answer = await post({
      airport: ["ZRH", "GVA"],
      extra: [2, 1.25],
      at: [1_700_000_000, -1],
      weights: [[1, 0.5], []],
    });
    expect(answer).toMatchObject({
      metadata: { feature_names: ["airport", "extra", "at", "weights", ...names] },
      results: [
        { values: ["ZRH", "GVA"] },
        { values: [2, 1.25] },
        { values: [1_700_000_000, -1] },
        { values: [[1, 0.5], null] },
        { values: [41, null], ...statuses("PRESENT", "NOT_FOUND") },
        { values: [7.5, null], ...statuses("PRESENT", "NOT_FOUND") },
        {
          values: [9.5, null],
          ...statuses("PRESENT", "NULL_VALUE"),
          event_timestamps: ["1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"],
        },
        { values: ["ZRH!", "GVA!"], ...statuses("PRESENT", "PRESENT") },
        { values: [1_700_000_000, -1] },
        { values: [[1, 0.5], null], ...statuses("PRESENT", "PRESENT") },
      ],
    });
  });

  it("are NULL over REST where request data is left out", async () => {
    const answer = (await post({ airport: ["ZRH"] })) as { results: object[] };
    expect(answer.results.slice(3)).toMatchObject([
      { values: [null], ...statuses("NULL_VALUE") },
      { values: ["ZRH!"] },
      { values: [null] },
      { values: [null] },
    ]);
  });

  it.each([
    [
      { airport: ["ZRH"], extra: ["much"] },
      'Cannot use entities.extra[0]: got \\"much\\", expected a number for DOUBLE',
    ],
    [{ airport: ["ZRH"], weights: [[1, null]] }, "Cannot use entities.weights[0][1]"],
    [{ airport: ["ZRH"], at: [1.5] }, "Cannot use entities.at[0]: got 1.5"],
    [{ airport: ["ZRH"], extras: [1] }, "extras"],
  ])("are refused over REST for %j", async (entities, says) => {
    expect(await post(entities)).toContain(says);
  });

  type RequestInit = MessageInitShape<typeof GetOnlineFeaturesRequestSchema>;
  type ColumnInit = NonNullable<RequestInit["requestContext"]>[string];
  const column = (...val: object[]) => ({ val: val.map((each) => ({ val: each })) }) as ColumnInit;
  const airport = column({ case: "stringVal", value: "ZRH" });

  async function call(init: RequestInit) {
    const request = create(GetOnlineFeaturesRequestSchema, {
      kind: { case: "featureService", value: "late" },
      entities: { airport },
      ...init,
    });
    const bytes = await callBytes(serving.client, path, toBinary(GetOnlineFeaturesRequestSchema, request));
    const { metadata, results } = fromBinary(GetOnlineFeaturesResponseSchema, bytes);
    const values = results.map((result) => result.values[0]!.val.value);
    return Object.fromEntries(metadata!.featureNames!.val.map((name, i) => [name, values[i]]));
  }

  const data = {
    extra: column({ case: "floatVal", value: 2 }),
    at: column({ case: "unixTimestampVal", value: -1n }),
    weights: column({ case: "doubleListVal", value: { val: [1, 0.5] } }),
  };
  const computed = {
    departures: 41n,
    mean_delay: 7.5,
    total_delay: 9.5,
    label: "ZRH!",
    again: -1n,
    copied: expect.objectContaining({ val: [1, 0.5] }) as unknown,
  };

  it("are computed over gRPC from request_context, as from entities", async () => {
    expect(await call({ requestContext: data })).toEqual({ airport: "ZRH", ...computed });
    const echoed = await call({ entities: { airport, ...data } });
    expect(echoed).toMatchObject(computed);
    expect(Object.keys(echoed)).toEqual(["airport", "extra", "at", "weights", ...names]);
  });

  it.each<[string, RequestInit, string]>([
    ["unknown data", { requestContext: { extr: data.extra } }, "Did you mean extra?"],
    [
      "data of another type",
      { requestContext: { extra: data.at } },
      "got unix_timestamp_val, expected double_val",
    ],
    [
      "a column of another length",
      { requestContext: { extra: column() } },
      "airport has 1 values, extra has 0",
    ],
  ])("are refused over gRPC for %s", async (_, init, says) => {
    const failed = await call(init).catch((error: unknown) => error as ServiceError);
    expect(failed).toMatchObject({ code: 3, details: expect.stringContaining(says) as string });
  });
});
