import { fileURLToPath } from "node:url";

/** Path of the flight table that the npm package `vega-datasets` ships: 3,000,000 flights of early 2001. */
export function locateFlights(): string {
  // The package exports only its entry point, build/index.js; the data lie beside that folder.
  return fileURLToPath(new URL("../data/flights-3m.parquet", import.meta.resolve("vega-datasets")));
}
