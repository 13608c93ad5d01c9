import { double, entity, featureService, featureView, int64, parquetSource } from "@timewell/define";

/** An airport, by its IATA code. */
export const airport = entity({
  name: "airport",
  joinKeys: { airport: "string" },
  description: "An airport, by its IATA code",
});

/** A route from one airport to another; the way back is another route. */
export const route = entity({
  name: "route",
  joinKeys: { origin: "string", destination: "string" },
  description: "A route from one airport to another",
});

/** What left an airport in the last full hour. */
export const airportHourly = featureView({
  name: "airport_hourly",
  entity: airport,
  features: {
    departures: int64({ description: "Flights that left within the hour" }),
    mean_delay: double({ description: "Mean delay, minutes; early flights count as negative" }),
    share_late: double({ description: "Share of flights more than 15 minutes late, 0 to 1" }),
  },
  ttl: "6h",
  source: parquetSource({ path: "airport_hourly.parquet", eventTime: "event_timestamp" }),
  description: "Departures of an airport in one hour, known at its end",
});

/** How a route did on its last day. */
export const routeDaily = featureView({
  name: "route_daily",
  entity: route,
  features: {
    flights: int64({ description: "Flights of the day" }),
    mean_delay: double({ description: "Mean delay, minutes; early flights count as negative" }),
    p90_delay: double({ description: "90th percentile of the delay, minutes" }),
  },
  ttl: "3d",
  source: parquetSource({ path: "route_daily.parquet", eventTime: "event_timestamp" }),
  description: "Flights of a route on one day, known at its end",
});

/** What the delay model reads: one view for both airports, and the route between them. */
export const delayV1 = featureService({
  name: "delay_v1",
  views: [
    airportHourly.as("origin", { joinKeys: { airport: "origin" } }),
    airportHourly.as("destination", { joinKeys: { airport: "destination" } }),
    routeDaily,
  ],
  description: "Features of the model that predicts whether a flight leaves more than 15 minutes late",
});
