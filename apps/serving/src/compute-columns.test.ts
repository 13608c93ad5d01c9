import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  DefinitionsSchema,
  type EntityRowSchema,
  GetOnlineFeaturesRequestSchema,
  type GetOnlineFeaturesResponse,
  ValueType,
} from "@timewell/contracts";
import { encodeKey } from "@timewell/keys";
import { compileProject, planDefinitions } from "@timewell/model";
import { encodeStoredRow, type FeatureValue } from "@timewell/row";
import { InMemoryOnlineStore } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import { Registry } from "prom-client";
import { beforeEach, describe, expect, it } from "vitest";

import { createGetOnlineFeatures } from "./get-online-features.ts";
import type { ServedDefinitions, ServingDeps } from "./serving-deps.ts";
import { createServingMetrics } from "./serving-metrics.ts";

const nowUs = 1_767_225_600_000_000n;
const hourMs = 3_600_000n;
const { BOOL, DOUBLE, INT64, STRING } = ValueType;

const plan = planDefinitions(
  undefined,
  "default",
  create(DefinitionsSchema, {
    entities: [{ name: "airport", joinKeys: [{ name: "airport", type: STRING }] }],
    featureViews: [
      {
        name: "airport_hourly",
        entity: "airport",
        features: [
          { name: "departures", type: INT64 },
          { name: "mean_delay", type: DOUBLE },
        ],
        ttlMs: 6n * hourMs,
      },
    ],
    featureServices: [
      {
        name: "delay_v1",
        views: [{ view: "airport_hourly", features: ["mean_delay", "departures"] }],
        requestData: [{ name: "planned_min", type: INT64 }],
        onDemandFeatures: [
          {
            name: "is_risky",
            type: BOOL,
            expression: "airport_hourly.mean_delay > 15.0 && planned_min > 30",
          },
          { name: "minutes_each", type: INT64, expression: "planned_min / airport_hourly.departures" },
          { name: "label", type: STRING, expression: "airport + (planned_min == null ? '' : '!')" },
        ],
      },
    ],
  }),
);
const project = compileProject(plan.build({ viewIds: [1], appliedAtUs: nowUs, appliedBy: "" }));
const view = project.viewsById.get(1)!;

type RowInit = MessageInitShape<typeof EntityRowSchema>;
const row = (airport: string, requestData: RowInit["requestData"] = {}): RowInit => ({
  keys: { airport: { kind: { case: "stringValue", value: airport } } },
  requestData,
});
const planned = (value: bigint) => ({ planned_min: { kind: { case: "int64Value", value } } }) as const;

describe("computeColumns()", () => {
  let registry: Registry;
  let store: InMemoryOnlineStore;
  let deps: ServingDeps;

  beforeEach(() => {
    const clock = new ManualClock(nowUs);
    const definitions: ServedDefinitions = {
      project: () => project,
      projects: () => [project],
      onChange: () => () => undefined,
      ageMs: () => 0,
    };
    registry = new Registry();
    store = new InMemoryOnlineStore(clock);
    const metrics = createServingMetrics(registry, definitions);
    deps = { definitions, onlineStore: store, clock, graceUs: 0n, metrics };
  });

  async function put(airport: string, values: FeatureValue[], eventTimeUs = nowUs): Promise<void> {
    const header = { deleted: false, eventTimeUs, order: 1n, availableTimeUs: eventTimeUs };
    const stored = encodeStoredRow(header, view.codec.encode(values));
    const entityKey = encodeKey(["STRING"], [airport]);
    await store.apply([{ viewId: 1, entityKey, row: stored, stampAvailableTime: false }]);
  }

  function get(...rows: RowInit[]): Promise<GetOnlineFeaturesResponse> {
    const selection = { case: "featureService", value: "delay_v1" } as const;
    return createGetOnlineFeatures(deps)(
      create(GetOnlineFeaturesRequestSchema, { project: "default", selection, rows }),
    );
  }
  const plain = (response: GetOnlineFeaturesResponse) =>
    response.rows.map(({ values }) => values.map(({ kind }) => kind.value));

  it("answers on-demand features after the columns of the views (semantics 10)", async () => {
    await put("SEA", [5n, 20]);
    const response = await get(row("SEA", planned(45n)), row("SEA"));
    expect(response.names).toEqual([
      "airport_hourly__mean_delay",
      "airport_hourly__departures",
      "is_risky",
      "minutes_each",
      "label",
    ]);
    expect(plain(response)).toEqual([
      [20, 5n, true, 9n, "SEA!"],
      [20, 5n, undefined, undefined, "SEA"],
    ]);
    expect(response.serviceRevision).toBe(1);
    expect(response.views[0]!.columns).toEqual([0, 1]);
  });

  it("reads a view that is not PRESENT as NULL (semantics 10)", async () => {
    await put("SEA", [5n, 20], nowUs - 7n * hourMs * 1000n);
    const response = await get(row("SEA", planned(45n)), row("SFO", planned(3n)));
    expect(plain(response)).toEqual([
      [undefined, undefined, undefined, undefined, "SEA!"],
      [undefined, undefined, false, undefined, "SFO!"],
    ]);
  });

  it("answers NULL for what cannot be computed, and counts it (semantics 10)", async () => {
    await put("SEA", [0n, 20]);
    const response = await get(row("SEA", planned(45n)), row("SEA", planned(1n)), row("SEA"));
    expect(plain(response).map((values) => values[3])).toEqual([undefined, undefined, undefined]);
    const of = 'project="default",service="delay_v1",feature="minutes_each"';
    expect(await registry.metrics()).toContain(`timewell_serving_on_demand_errors_total{${of}} 2\n`);
  });

  it("refuses wrong request data before anything is read, naming row and name", async () => {
    store.read = () => Promise.reject(new Error("read"));
    const wrong = { planned_min: { kind: { case: "stringValue", value: "45" } } } as const;
    await expect(get(row("SEA"), row("SEA", wrong))).rejects.toMatchObject({
      kind: "INVALID_REQUEST",
      field: "rows[1].request_data.planned_min",
    });
    await expect(get(row("SEA", { planed_min: {} }))).rejects.toMatchObject({
      kind: "INVALID_REQUEST",
      hint: "Did you mean planned_min?",
    });
  });
});
