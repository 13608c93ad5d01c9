import { entity } from "./entity.ts";
import { featureService } from "./feature-service.ts";
import { featureView } from "./feature-view.ts";
import { parquetSource } from "./source.ts";
import { bool, double, int64, list, vector } from "./value-type.ts";

/** A module as a user would write it. */
export const airport = entity({ name: "airport", joinKeys: { airport: "string" }, owner: "ops" });
export const route = entity({
  name: "route",
  joinKeys: [
    { name: "origin", type: "string" },
    { name: "destination", type: "string" },
  ],
});

export const airportHourly = featureView({
  name: "airport_hourly",
  entity: airport,
  features: {
    departures: int64(),
    mean_delay: double({ description: "Minutes" }),
    last_delays: list(double()),
    embedding: vector(8),
  },
  ttl: "6h",
  source: parquetSource({
    path: "airport_hourly",
    eventTime: "hour",
    availabilityDelay: "15m",
    columns: { airport: "iata" },
  }),
  tags: { team: "ops" },
});

export const routeDaily = featureView({
  name: "route_daily",
  entity: route,
  features: { flights: int64() },
});

export const flightDelay = featureService({
  name: "flight_delay",
  views: [
    routeDaily,
    airportHourly.as("origin", { joinKeys: { airport: "origin" } }),
    airportHourly
      .select("mean_delay")
      .version(2)
      .as("destination", { joinKeys: { airport: "destination" } }),
  ],
  requestData: { planned_delay_min: int64({ description: "Minutes" }), mood: vector(2) },
  onDemand: {
    is_risky: { type: bool(), expression: "origin.mean_delay > 15.0 && planned_delay_min > 30" },
  },
});

/** Not a definition; left alone. */
export const note = "about flights";
