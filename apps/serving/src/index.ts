export { createServingServer, type ServingServer } from "./server.ts";
export { createServingMetrics } from "./serving-metrics.ts";
export type { ServedDefinitions, ServingDeps, ServingMetrics } from "./serving-deps.ts";
export { servingOptions } from "./config.ts";
