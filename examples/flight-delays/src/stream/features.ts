import {
  count,
  double,
  kafkaStream,
  lastN,
  max,
  mean,
  range,
  string,
  windowedFeatureView,
} from "@timewell/define";
import { airport } from "../features.ts";
import { departuresTopic } from "./topic.ts";

export { airport };

const windows = ["1h", "1d"] as const;

/** What left an airport in the last hour and the last day, counted as the flights leave. */
export const airportDepartures = windowedFeatureView({
  name: "airport_departures",
  entity: airport,
  events: {
    destination: string(),
    delay: double({ description: "Minutes; early flights are negative" }),
  },
  aggregates: {
    departures: count(windows, { description: "Flights that left" }),
    late: count(windows, { where: "delay > 15.0", description: "Flights more than 15 minutes late" }),
    mean_delay: mean("delay", windows),
    max_delay: max("delay", windows),
    last_destinations: lastN("destination", 3, ["1h"]),
  },
  stream: kafkaStream({
    topic: departuresTopic,
    format: "json",
    eventTime: "left",
    columns: { airport: "origin" },
  }),
  constraints: [range("delay", { min: -1_440, max: 2_880 })],
  description: "Departures of an airport, from the topic of departures",
});
