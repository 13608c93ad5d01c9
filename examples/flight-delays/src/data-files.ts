import { fileURLToPath } from "node:url";

/** The three files that the preparation writes, by what they hold. */
export const dataFiles = {
  airportHourly: "airport_hourly.parquet",
  routeDaily: "route_daily.parquet",
  labels: "labels.parquet",
} as const;

/** Where the example keeps them: `examples/flight-delays/data`. */
export const dataDirectory = fileURLToPath(new URL("../data", import.meta.url));
