import { AggregateFunction, ValueType } from "@timewell/contracts";
import { describe, expect, expectTypeOf, it } from "vitest";
import { count, first, lastN, mean, sum } from "./aggregate.ts";
import { entity } from "./entity.ts";
import { featureService } from "./feature-service.ts";
import { csvSource } from "./source.ts";
import { double, int32, string } from "./value-type.ts";
import { windowedFeatureView } from "./windowed-feature-view.ts";

const airport = entity({ name: "airport", joinKeys: { airport: "string" } });
const events = { flight_id: string(), dep_delay: double(), passengers: int32() };

const departures = windowedFeatureView({
  name: "departures",
  entity: airport,
  events,
  aggregates: {
    departures: count(["1h", "24h"], { description: "Flights that left" }),
    mean_delay: mean("dep_delay", ["24h"], { where: "dep_delay > 0.0" }),
    passengers: sum("passengers", ["lifetime"]),
    last_flights: lastN("flight_id", 3, ["7d"]),
    first_flight: first("flight_id", ["24h"]),
  },
  eventId: "flight_id",
  cutOver: new Date("2026-01-01T00:00:00Z"),
  source: csvSource({ path: "departures.csv", eventTime: "at" }),
});

describe("windowedFeatureView()", () => {
  it("makes a feature of each aggregate and window, with the type that follows", () => {
    const { features, eventFields, eventIdField, cutOverUs, ttlMs } = departures.message;
    expect(
      features.map(({ name, type, aggregate }) => [name, type, aggregate!.function, aggregate!.windowMs]),
    ).toEqual([
      ["departures_1h", ValueType.INT64, AggregateFunction.COUNT, 3_600_000n],
      ["departures_24h", ValueType.INT64, AggregateFunction.COUNT, 86_400_000n],
      ["mean_delay_24h", ValueType.DOUBLE, AggregateFunction.MEAN, 86_400_000n],
      ["passengers_lifetime", ValueType.INT64, AggregateFunction.SUM, 0n],
      ["last_flights_7d", ValueType.STRING_LIST, AggregateFunction.LAST_N, 604_800_000n],
      ["first_flight_24h", ValueType.STRING, AggregateFunction.FIRST, 86_400_000n],
    ]);
    expect(features[2]!.aggregate).toMatchObject({ input: "dep_delay", filter: "dep_delay > 0.0", n: 0 });
    expect(features[4]!.aggregate).toMatchObject({ input: "flight_id", n: 3 });
    expect(features[0]!.description).toBe("Flights that left");
    expect(eventFields.map(({ name }) => name)).toEqual(["flight_id", "dep_delay", "passengers"]);
    expect({ eventIdField, cutOverUs, ttlMs }).toEqual({
      eventIdField: "flight_id",
      cutOverUs: 1_767_225_600_000_000n,
      ttlMs: 0n,
    });
  });

  it("names its features in the types of those who use it", () => {
    expectTypeOf(departures.featureNames[0]!).toEqualTypeOf<
      | "departures_1h"
      | "departures_24h"
      | "mean_delay_24h"
      | "passengers_lifetime"
      | "last_flights_7d"
      | "first_flight_24h"
    >();
    const service = featureService({ name: "delay", views: [departures.select("mean_delay_24h")] });
    expect(service.message.views[0]!.features).toEqual(["mean_delay_24h"]);
  });

  it("refuses an input that is no event field", () => {
    const make = () =>
      windowedFeatureView({ name: "v", entity: airport, events, aggregates: { m: mean("delay", ["1h"]) } });
    expect(make).toThrow("feature_views[v].features[m_1h].aggregate.input");
  });
});
