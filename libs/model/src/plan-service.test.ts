import { Change_Action, DefinitionKind, ValueType } from "@timewell/contracts";
import { describe, expect, it } from "vitest";
import {
  airport,
  airportHourly,
  applyAll,
  applyTo,
  define,
  failureOf,
  flightDelay,
  serviceOf,
} from "./definitions.testdata.ts";
import { planDefinitions } from "./plan-definitions.ts";
import { planDelete } from "./plan-delete.ts";

const route = {
  name: "route",
  joinKeys: [
    { name: "origin", type: ValueType.STRING },
    { name: "destination", type: ValueType.STRING },
  ],
};
const routeDaily = {
  name: "route_daily",
  entity: "route",
  features: [{ name: "flights", type: ValueType.INT64 }],
};
const base = {
  entities: [airport, route],
  featureViews: [airportHourly(), routeDaily],
  featureServices: [flightDelay],
};
const [origin, destination] = flightDelay.views as [
  (typeof flightDelay.views)[0],
  (typeof flightDelay.views)[0],
];

describe("planService()", () => {
  it("pins view versions and gives numbers from 16", () => {
    const state = serviceOf(applyAll("p", base), "flight_delay");
    expect(state.revision).toBe(1);
    expect(state.definition!.views.map((use) => use.version)).toEqual([1, 1]);
    expect(state.fieldNumbers).toEqual({ origin: 16, destination: 17 });
    expect(state.featureNumberMax).toEqual({ origin: 2 });
    expect(state.keyNumbers).toEqual({ origin: 1, destination: 2 });
  });

  it("adds views and features as a next revision", () => {
    const views = [
      { view: "route_daily" },
      origin,
      { ...destination, features: ["mean_delay", "departures"] },
    ];
    const service = { ...flightDelay, views };
    const plan = planDefinitions(applyAll("p", base), "p", define({ featureServices: [service] }));
    expect(plan.changes[0]!.action).toBe(Change_Action.UPDATE);
    expect(plan.changes[0]!.details.map(({ path, before, after }) => [path, before, after])).toEqual([
      ["views.route_daily.view", "", "route_daily@1"],
      ["views.route_daily.features", "", "all 1"],
      ["views.destination.features", "mean_delay", "mean_delay, departures"],
    ]);
    const state = serviceOf(applyAll("p", base, { featureServices: [service] }), "flight_delay");
    expect(state.revision).toBe(2);
    expect(state.fieldNumbers).toEqual({ origin: 16, destination: 17, route_daily: 18 });
  });

  const { INT32, INT64, DOUBLE } = ValueType;
  const withoutDepartures = airportHourly({ features: [{ name: "mean_delay", type: DOUBLE }] });
  const narrower = airportHourly({
    features: [
      { name: "departures", type: INT32 },
      { name: "mean_delay", type: DOUBLE },
    ],
  });
  const breaking = [
    ["a removed view", [origin], undefined, "views[destination]"],
    ["a removed alias", [origin, { ...destination, alias: "goal" }], undefined, "views[destination]"],
    [
      "another view under an alias",
      [origin, { view: "route_daily", alias: "destination" }],
      undefined,
      "views[destination]",
    ],
    ["a removed feature", [{ ...origin, features: ["mean_delay"] }, destination], undefined, "departures"],
    ["another feature", [origin, { ...destination, features: ["departures"] }], undefined, "mean_delay"],
    [
      "another key name",
      [{ ...origin, joinKeyMapping: { airport: "start" } }, destination],
      undefined,
      "keys of requests",
    ],
    [
      "swapped key names",
      [
        { ...origin, joinKeyMapping: { airport: "destination" } },
        { ...destination, joinKeyMapping: { airport: "origin" } },
      ],
      undefined,
      "keys of requests",
    ],
    ["a new key", [origin, destination, { view: "airport_hourly" }], undefined, "keys of requests"],
    [
      "a version without a feature",
      [{ ...origin, version: 2 }, destination],
      withoutDepartures,
      "features[departures]",
    ],
    [
      "a version with another type",
      [{ ...origin, version: 2 }, destination],
      narrower,
      "from INT64 to INT32",
    ],
  ] as const;
  for (const [what, views, view, place] of breaking) {
    it(`refuses ${what}, naming the service`, () => {
      const current = applyAll("p", base);
      const step = define({
        featureViews: view === undefined ? [] : [view],
        featureServices: [{ name: "flight_delay", views: [...views] as never }],
      });
      const failure = failureOf(() => planDefinitions(current, "p", step));
      expect(failure.kind).toBe("BREAKING_CHANGE");
      expect(failure.message).toContain(place);
      expect(failure.message).toContain("clients of feature service flight_delay: make a new service");
    });
  }

  it("moves to a version that has all its features, and keeps it", () => {
    const views = [{ ...origin, features: ["mean_delay"] }];
    const first = {
      entities: [airport],
      featureViews: [airportHourly()],
      featureServices: [{ name: "s", views }],
    };
    const moved = [{ ...origin, features: ["mean_delay"], version: 2 }];
    const snapshot = applyAll(
      "p",
      first,
      { featureViews: [withoutDepartures] },
      { featureServices: [{ name: "s", views: moved }] },
    );
    expect(serviceOf(snapshot, "s")).toMatchObject({
      revision: 2,
      fieldNumbers: { origin: 16 },
      definition: { views: [{ version: 2 }] },
    });
    expect(applyTo(snapshot, "p", define({ featureServices: [{ name: "s", views }] }))).toBe(snapshot);
  });

  it("lets later features join a whole view when the service is applied again", () => {
    const wider = airportHourly({
      features: [...airportHourly().features, { name: "cancelled", type: INT64 }],
    });
    const snapshot = applyAll("p", base, { featureViews: [wider] });
    expect(serviceOf(snapshot, "flight_delay").revision).toBe(1);
    const plan = planDefinitions(snapshot, "p", define({ featureServices: [flightDelay] }));
    expect(plan.changes[0]!.details).toMatchObject([
      { path: "views.origin.features", before: "all 2", after: "all 3" },
    ]);
  });

  it("goes on with revisions and numbers after a delete", () => {
    const meta = { viewIds: [], appliedAtUs: 1n, appliedBy: "" };
    const deleted = planDelete(
      applyAll("p", base),
      "p",
      DefinitionKind.FEATURE_SERVICE,
      "flight_delay",
    ).build(meta);
    const state = serviceOf(
      applyTo(deleted, "p", define({ featureServices: [flightDelay] })),
      "flight_delay",
    );
    expect(state.revision).toBe(2);
    expect(state.fieldNumbers).toEqual({ origin: 18, destination: 19 });
  });
});
