import { toJson } from "@bufbuild/protobuf";
import { DefinitionsSchema } from "@timewell/contracts";
import { describe, expect, it } from "vitest";
import { collectDefinitions } from "./collect-definitions.ts";
import { definitions } from "./definitions.ts";
import { entity } from "./entity.ts";
import { featureService } from "./feature-service.ts";
import { featureView } from "./feature-view.ts";
import * as flights from "./flights.testdata.ts";
import { int64 } from "./value-type.ts";

const { airport, airportHourly, flightDelay, route, routeDaily } = flights;

describe("collectDefinitions()", () => {
  it("compiles a module to the message that the registry gets", () => {
    expect(toJson(DefinitionsSchema, collectDefinitions(flights))).toEqual({
      entities: [
        { name: "airport", owner: "ops", joinKeys: [{ name: "airport", type: "VALUE_TYPE_STRING" }] },
        {
          name: "route",
          joinKeys: [
            { name: "origin", type: "VALUE_TYPE_STRING" },
            { name: "destination", type: "VALUE_TYPE_STRING" },
          ],
        },
      ],
      featureViews: [
        {
          name: "airport_hourly",
          entity: "airport",
          ttlMs: "21600000",
          tags: { team: "ops" },
          features: [
            { name: "departures", type: "VALUE_TYPE_INT64" },
            { name: "mean_delay", type: "VALUE_TYPE_DOUBLE", description: "Minutes" },
            { name: "last_delays", type: "VALUE_TYPE_DOUBLE_LIST" },
            { name: "embedding", type: "VALUE_TYPE_FLOAT_VECTOR", dimension: 8 },
          ],
          batchSource: {
            format: "FILE_FORMAT_PARQUET",
            path: "airport_hourly",
            eventTimeColumn: "hour",
            availabilityDelayMs: "900000",
            fieldMapping: { airport: "iata" },
          },
        },
        {
          name: "route_daily",
          entity: "route",
          features: [{ name: "flights", type: "VALUE_TYPE_INT64" }],
        },
      ],
      featureServices: [
        {
          name: "flight_delay",
          views: [
            { view: "route_daily" },
            { view: "airport_hourly", alias: "origin", joinKeyMapping: { airport: "origin" } },
            {
              view: "airport_hourly",
              alias: "destination",
              version: 2,
              features: ["mean_delay"],
              joinKeyMapping: { airport: "destination" },
            },
          ],
          requestData: [
            { name: "planned_delay_min", type: "VALUE_TYPE_INT64", description: "Minutes" },
            { name: "mood", type: "VALUE_TYPE_FLOAT_VECTOR", dimension: 2 },
          ],
          onDemandFeatures: [
            {
              name: "is_risky",
              type: "VALUE_TYPE_BOOL",
              expression: "origin.mean_delay > 15.0 && planned_delay_min > 30",
            },
          ],
        },
      ],
    });
  });

  const forms = [
    ["a default bundle", { default: definitions([airport, route, airportHourly, routeDaily, flightDelay]) }],
    [
      "a bundle by name",
      { default: definitions({ airport, route, airportHourly, routeDaily, flightDelay }) },
    ],
    ["an exported array", { all: [flightDelay, airportHourly, routeDaily] }],
    ["the same definition twice", { ...flights, again: airport, default: definitions({ airport }) }],
  ] as const;
  for (const [what, module] of forms) {
    it(`finds the same in ${what}`, () => {
      expect(collectDefinitions(module)).toEqual(collectDefinitions(flights));
    });
  }

  it("refuses two different definitions of one name", () => {
    const other = entity({ name: "airport", joinKeys: {} });
    expect(() => collectDefinitions({ airport, other })).toThrow("two different ones are called airport");
  });

  it("refuses a module without definitions", () => {
    expect(() => collectDefinitions({ note: 1, nothing: null })).toThrow("the module exports none");
  });

  it("gives a message of its own each time", () => {
    const first = collectDefinitions(flights);
    first.entities[0]!.owner = "me";
    expect(collectDefinitions(flights).entities[0]!.owner).toBe("ops");
  });
});

describe("the definition language", () => {
  it("makes plain data that cannot be changed", () => {
    expect(() => ((airport.message as { owner: string }).owner = "me")).toThrow(TypeError);
    expect(() => airportHourly.message.features.pop()).toThrow(TypeError);
    expect(airportHourly.reference.alias).toBe("");
  });

  it("refuses a key type that keys cannot have", () => {
    const wrong = { airport: "double" as "string" };
    expect(() => entity({ name: "airport", joinKeys: wrong })).toThrow(
      'Cannot accept entities[airport].join_keys[airport].type: got "double", expected bool, int32, int64',
    );
  });

  it("refuses a duration that it cannot read", () => {
    const view = { name: "v", entity: airport, features: { n: int64() } };
    expect(() => featureView({ ...view, ttl: "1.5h" })).toThrow(
      'Cannot accept feature_views[v].ttl: got "1.5h"',
    );
  });

  it("refuses request data and on-demand features whose names are taken", () => {
    const views = [airportHourly.as("origin", { joinKeys: { airport: "start" } })];
    const requestData = { planned: int64() };
    for (const name of ["origin", "start", "planned"]) {
      const onDemand = { [name]: { type: int64(), expression: "1" } };
      expect(() => featureService({ name: "s", views, requestData, onDemand })).toThrow(
        `Cannot accept feature_services[s].on_demand_features[${name}].name`,
      );
    }
    const twins = { a_1: int64(), a1: int64() };
    expect(() => featureService({ name: "s", views, requestData: twins })).toThrow(
      "Cannot accept feature_services[s].request_data[a1].name: request field a_1 has this name, or one with the same",
    );
  });

  it("checks names of keys and features when it compiles", () => {
    // @ts-expect-error airprt is not a join key of the view's entity.
    airportHourly.as("origin", { joinKeys: { airprt: "origin" } });
    // @ts-expect-error median_delay is not a feature of the view.
    airportHourly.select("median_delay");
    // @ts-expect-error a key of an entity is one of six types.
    expect(() => entity({ name: "e", joinKeys: { k: "float" } })).toThrow();
    expect(airportHourly.select("mean_delay").reference.features).toEqual(["mean_delay"]);
  });
});
