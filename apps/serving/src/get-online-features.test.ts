import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  DefinitionsSchema,
  GetOnlineFeaturesRequestSchema,
  type GetOnlineFeaturesResponse,
  Status,
  ValueType,
} from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { encodeKey } from "@timewell/keys";
import { compileProject, findView, planDefinitions } from "@timewell/model";
import { encodeStoredRow, type FeatureValue } from "@timewell/row";
import { InMemoryOnlineStore } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import { beforeEach, describe, expect, it } from "vitest";

import { createGetOnlineFeatures } from "./get-online-features.ts";
import type { ServingDeps } from "./serving-deps.ts";

const silent = { observe: () => undefined };

const nowUs = 1_767_225_600_000_000n;
const hourUs = 3_600_000_000n;

const plan = planDefinitions(
  undefined,
  "default",
  create(DefinitionsSchema, {
    entities: [
      { name: "airport", joinKeys: [{ name: "airport", type: ValueType.STRING }] },
      {
        name: "route",
        joinKeys: [
          { name: "origin", type: ValueType.STRING },
          { name: "destination", type: ValueType.STRING },
        ],
      },
    ],
    featureViews: [
      {
        name: "airport_hourly",
        entity: "airport",
        features: [
          { name: "departures", type: ValueType.INT64 },
          { name: "mean_delay", type: ValueType.DOUBLE },
        ],
        ttlMs: 6n * 3_600_000n,
      },
      { name: "route_daily", entity: "route", features: [{ name: "flights", type: ValueType.INT64 }] },
    ],
    featureServices: [
      {
        name: "delay_v1",
        views: [
          { view: "airport_hourly", alias: "origin", joinKeyMapping: { airport: "origin" } },
          { view: "airport_hourly", alias: "destination", joinKeyMapping: { airport: "destination" } },
          { view: "route_daily" },
        ],
      },
    ],
  }),
);
const viewIds = [1, 2];
const project = compileProject(plan.build({ viewIds, appliedAtUs: nowUs, appliedBy: "" }));

const text = (value: string) => ({ kind: { case: "stringValue", value } }) as const;
const route = (origin: string, destination: string) => ({
  keys: { origin: text(origin), destination: text(destination) },
});
const airport = (name: string) => ({ keys: { airport: text(name) } });

describe("getOnlineFeatures()", () => {
  let store: InMemoryOnlineStore;
  let deps: ServingDeps;

  beforeEach(() => {
    const clock = new ManualClock(nowUs);
    store = new InMemoryOnlineStore(clock);
    deps = {
      definitions: {
        project: () => project,
        projects: () => [project],
        onChange: () => () => undefined,
        ageMs: () => 0,
      },
      onlineStore: store,
      clock,
      graceUs: 30n * 24n * hourUs,
      metrics: {
        countViewRows: () => undefined,
        observeAge: () => undefined,
        observeStoreRead: () => undefined,
        countOnDemandError: () => undefined,
        forView: () => ({ countRows: () => undefined, observeAge: () => undefined }),
        forMethod: () => ({ rows: silent, decode: silent, read: silent, assemble: silent }),
      },
    };
  });

  async function put(
    view: string,
    key: string[],
    eventTimeUs: bigint,
    values: FeatureValue[] | undefined,
  ): Promise<void> {
    const compiled = findView(project, view);
    const entityKey = encodeKey(
      key.map(() => "STRING"),
      key,
    );
    const header = { deleted: values === undefined, eventTimeUs, order: 1n, availableTimeUs: eventTimeUs };
    const row = encodeStoredRow(
      header,
      values === undefined ? new Uint8Array() : compiled.codec.encode(values),
    );
    await store.apply([{ viewId: compiled.id, entityKey, row, stampAvailableTime: false }]);
  }

  function get(
    request: MessageInitShape<typeof GetOnlineFeaturesRequestSchema>,
  ): Promise<GetOnlineFeaturesResponse> {
    return createGetOnlineFeatures(deps)(
      create(GetOnlineFeaturesRequestSchema, { project: "default", ...request }),
    );
  }
  const references = (...names: string[]) => ({ case: "features", value: { references: names } }) as const;
  const service = { case: "featureService", value: "delay_v1" } as const;
  const plain = (response: GetOnlineFeaturesResponse, row = 0) =>
    response.rows[row]?.values.map(({ kind }) => kind.value);

  it("answers in request order, one view under two aliases, a composite key whole (semantics 8)", async () => {
    await put("airport_hourly", ["SEA"], nowUs, [5n, 1.5]);
    await put("airport_hourly", ["SFO"], nowUs, [6n, null]);
    await put("route_daily", ["SEA", "SFO"], nowUs, [7n]);
    const response = await get({ selection: service, rows: [route("SFO", "SEA"), route("SEA", "SFO")] });
    expect(response.names).toEqual([
      "origin__departures",
      "origin__mean_delay",
      "destination__departures",
      "destination__mean_delay",
      "route_daily__flights",
    ]);
    expect(plain(response, 0)).toEqual([6n, undefined, 5n, 1.5, undefined]);
    expect(plain(response, 1)).toEqual([5n, 1.5, 6n, undefined, 7n]);
    expect(response.rows[0]?.statuses).toEqual([Status.PRESENT, Status.PRESENT, Status.NOT_FOUND]);
    expect(response.views.map(({ name, view, columns }) => [name, view, ...columns])).toEqual([
      ["origin", "airport_hourly", 0, 1],
      ["destination", "airport_hourly", 2, 3],
      ["route_daily", "route_daily", 4],
    ]);
  });

  it("returns the columns of references in the order asked for", async () => {
    await put("airport_hourly", ["SEA"], nowUs, [5n, 1.5]);
    await put("route_daily", ["SEA", "SFO"], nowUs, [7n]);
    const names = ["airport_hourly:mean_delay", "route_daily:flights", "airport_hourly:departures"];
    const row = { keys: { ...airport("SEA").keys, ...route("SEA", "SFO").keys } };
    const response = await get({ selection: references(...names), rows: [row] });
    expect(response.names).toEqual([
      "airport_hourly__mean_delay",
      "route_daily__flights",
      "airport_hourly__departures",
    ]);
    expect(plain(response)).toEqual([1.5, 7n, 5n]);
    expect(response.views.map(({ columns }) => columns)).toEqual([[0, 2], [1]]);
  });

  const cases: [string, bigint, object, Status][] = [
    ["at exactly the ttl", nowUs - 6n * hourUs, {}, Status.PRESENT],
    ["1 µs past the ttl", nowUs - 6n * hourUs - 1n, {}, Status.EXPIRED],
    ["at exactly ttl plus grace", nowUs - 6n * hourUs - 720n * hourUs, {}, Status.EXPIRED],
    ["1 µs past ttl plus grace", nowUs - 6n * hourUs - 720n * hourUs - 1n, {}, Status.NOT_FOUND],
    ["older than max_age", nowUs - 2n * hourUs, { maxAgeMs: 3_600_000n }, Status.EXPIRED],
    ["with a max_age wider than the ttl", nowUs - 7n * hourUs, { maxAgeMs: 86_400_000n }, Status.EXPIRED],
    ["after the instant asked about", nowUs - hourUs, { asOfUs: nowUs - hourUs - 1n }, Status.NEWER],
    ["exactly at the instant asked about", nowUs - hourUs, { asOfUs: nowUs - hourUs }, Status.PRESENT],
  ];
  for (const [name, eventTimeUs, options, status] of cases) {
    it(`judges a row ${name} as ${Object.entries(Status).find(([, value]) => value === status)?.[0]} (semantics 3)`, async () => {
      await put("airport_hourly", ["SEA"], eventTimeUs, [5n, 1.5]);
      const response = await get({
        selection: references("airport_hourly:*"),
        rows: [airport("SEA")],
        options,
      });
      expect(response.rows[0]?.statuses).toEqual([status]);
      expect(plain(response)).toEqual(status === Status.PRESENT ? [5n, 1.5] : [undefined, undefined]);
    });
  }

  it("says NOT_FOUND for a deleted row, and shows no times of it (semantics 4)", async () => {
    await put("airport_hourly", ["SEA"], nowUs, undefined);
    const options = { includeTimes: true };
    const response = await get({
      selection: references("airport_hourly:departures"),
      rows: [airport("SEA")],
      options,
    });
    expect(response.rows[0]).toMatchObject({
      statuses: [Status.NOT_FOUND],
      eventTimesUs: [0n],
      availableTimesUs: [0n],
    });
  });

  it("shows event and available times where they are asked for", async () => {
    await put("airport_hourly", ["SEA"], nowUs - hourUs, [5n, 1.5]);
    const options = { includeTimes: true };
    const response = await get({
      selection: references("airport_hourly:departures"),
      rows: [airport("SEA")],
      options,
    });
    expect(response.rows[0]).toMatchObject({
      eventTimesUs: [nowUs - hourUs],
      availableTimesUs: [nowUs - hourUs],
    });
  });

  it("fails where the store does not answer, or says UNAVAILABLE where the caller allows it (semantics 4)", async () => {
    const down = () =>
      Promise.reject(new FeatureStoreError("STORE_UNAVAILABLE", "Cannot read: the store is down"));
    deps = {
      ...deps,
      onlineStore: { ...store, engine: "memory", read: down } as unknown as InMemoryOnlineStore,
    };
    const request = { selection: references("airport_hourly:departures"), rows: [airport("SEA")] };
    await expect(get(request)).rejects.toMatchObject({ kind: "STORE_UNAVAILABLE" });
    const partial = await get({ ...request, options: { allowPartial: true } });
    expect(partial.rows[0]?.statuses).toEqual([Status.UNAVAILABLE]);
  });

  it("refuses wrong requests before anything is read (semantics 8)", async () => {
    const read = () => Promise.reject(new Error("something was read"));
    deps = { ...deps, onlineStore: { ...store, engine: "memory", read } as unknown as InMemoryOnlineStore };
    const rows = [route("SEA", "SFO"), { keys: { origin: text("SEA") } }];
    await expect(get({ selection: service, rows })).rejects.toMatchObject({
      kind: "INVALID_KEY",
      message: expect.stringMatching(/destination/) as string,
      field: expect.stringContaining("rows[1]") as string,
    });
    await expect(get({ selection: service, rows: [] })).rejects.toMatchObject({ kind: "INVALID_REQUEST" });
    await expect(get({ rows })).rejects.toMatchObject({ kind: "INVALID_REQUEST" });
    await expect(
      get({ selection: references("airport_hourly:mean_delya"), rows: [airport("SEA")] }),
    ).rejects.toMatchObject({
      kind: "FEATURE_NOT_FOUND",
      hint: expect.stringContaining("mean_delay") as string,
    });
    const many = Array.from({ length: 10_001 }, () => route("SEA", "SFO"));
    await expect(get({ selection: service, rows: many })).rejects.toMatchObject({ kind: "LIMIT_EXCEEDED" });
  });
});
