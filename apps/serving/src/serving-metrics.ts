import { Counter, Gauge, Histogram, type Registry } from "prom-client";

import type { ServedDefinitions, ServingMetrics } from "./serving-deps.ts";

/** Registers the metrics of serving; `registry` is the one that /metrics prints. */
export function createServingMetrics(registry: Registry, definitions: ServedDefinitions): ServingMetrics {
  const registers = [registry];
  const viewRows = new Counter({
    name: "timewell_serving_view_rows_total",
    help: "View rows that were answered, by status",
    labelNames: ["project", "view", "status"],
    registers,
  });
  const age = new Histogram({
    name: "timewell_serving_age_seconds",
    help: "Age of served rows: answer time minus event time",
    labelNames: ["project", "view"],
    buckets: [1, 5, 15, 60, 300, 900, 3_600, 21_600, 86_400, 604_800, 2_592_000],
    registers,
  });
  const storeRead = new Histogram({
    name: "timewell_serving_store_read_seconds",
    help: "Time of one read of the online store",
    buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
    registers,
  });
  const storeKeys = new Histogram({
    name: "timewell_serving_store_read_keys",
    help: "Keys of one read of the online store",
    buckets: [1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 100_000],
    registers,
  });
  new Gauge({
    name: "timewell_serving_registry_age_seconds",
    help: "Seconds since the registry was last heard of; NaN where it never was",
    registers,
    collect() {
      this.set((definitions.ageMs() ?? NaN) / 1000);
    },
  });
  return {
    countViewRows: (project, view, status, rows) => viewRows.inc({ project, view, status }, rows),
    observeAge: (project, view, ageSeconds) => age.observe({ project, view }, ageSeconds),
    observeStoreRead(seconds, keys) {
      storeRead.observe(seconds);
      storeKeys.observe(keys);
    },
  };
}
