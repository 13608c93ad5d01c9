import { CounterFamily, HistogramFamily } from "@timewell/service";
import { Gauge, type Registry } from "prom-client";

import type { MethodMetrics, ServedDefinitions, ServingMetrics, ViewMetrics } from "./serving-deps.ts";

const stageSeconds = [
  0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
  0.5, 1,
];
/** From a stream that is up to date to a batch of last month. */
const ageSeconds = [
  0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 2_592_000,
];

/** Registers the metrics of serving; `registry` is the one that /metrics prints. */
export function createServingMetrics(registry: Registry, definitions: ServedDefinitions): ServingMetrics {
  const forView = viewMetrics(registry);
  const forMethod = methodMetrics(registry);
  const observeStoreRead = storeMetrics(registry);
  const onDemandErrors = new CounterFamily({
    name: "timewell_serving_on_demand_errors_total",
    help: "On-demand features that could not be computed for a row, and were answered as NULL",
    labelNames: ["project", "service", "feature"],
    registry,
  });
  new Gauge({
    name: "timewell_serving_registry_age_seconds",
    help: "Seconds since the registry was last heard of; NaN where it never was",
    registers: [registry],
    // The worker that is worst off decides.
    aggregator: "max",
    collect() {
      this.set((definitions.ageMs() ?? NaN) / 1000);
    },
  });
  return {
    forView,
    forMethod,
    observeStoreRead,
    countOnDemandError: (project, service, feature) => onDemandErrors.labels(project, service, feature).add(),
    countViewRows: (project, view, status, rows) =>
      forView(project, view).countRows(status as Parameters<ViewMetrics["countRows"]>[0], rows),
    observeAge: (project, view, seconds) => forView(project, view).observeAge(seconds),
  };
}

function viewMetrics(registry: Registry): (project: string, view: string) => ViewMetrics {
  const rows = new CounterFamily({
    name: "timewell_serving_view_rows_total",
    help: "View rows that were answered, by status",
    labelNames: ["project", "view", "status"],
    registry,
  });
  const age = new HistogramFamily({
    name: "timewell_serving_age_seconds",
    help: "Age of served rows: answer time minus event time",
    labelNames: ["project", "view"],
    buckets: ageSeconds,
    registry,
  });
  return cached((project, view) => {
    const ages = age.labels(project, view);
    const present = rows.labels(project, view, "PRESENT");
    return {
      countRows: (status, count) =>
        (status === "PRESENT" ? present : rows.labels(project, view, status)).add(count),
      observeAge: (seconds) => ages.observe(seconds),
    };
  });
}

function methodMetrics(registry: Registry): (method: string) => MethodMetrics {
  const rows = new HistogramFamily({
    name: "timewell_serving_request_rows",
    help: "Entity rows of a request",
    labelNames: ["method"],
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000],
    registry,
  });
  const stage = new HistogramFamily({
    name: "timewell_serving_stage_seconds",
    help: "Time of one stage of a request: decode, read (of the store) or assemble",
    labelNames: ["method", "stage"],
    buckets: stageSeconds,
    registry,
  });
  return cached((method) => ({
    rows: rows.labels(method),
    decode: stage.labels(method, "decode"),
    read: stage.labels(method, "read"),
    assemble: stage.labels(method, "assemble"),
  }));
}

function storeMetrics(registry: Registry): ServingMetrics["observeStoreRead"] {
  const time = new HistogramFamily({
    name: "timewell_serving_store_read_seconds",
    help: "Time of one read of the online store",
    buckets: stageSeconds,
    registry,
  }).labels();
  const size = new HistogramFamily({
    name: "timewell_serving_store_read_keys",
    help: "Keys of one read of the online store",
    buckets: [1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 100_000],
    registry,
  }).labels();
  const sharing = new HistogramFamily({
    name: "timewell_serving_store_read_requests",
    help: "Requests that shared one read of the online store",
    buckets: [1, 2, 4, 8, 16, 32, 64, 128],
    registry,
  }).labels();
  return (seconds, keys, requests = 1) => {
    time.observe(seconds);
    size.observe(keys);
    sharing.observe(requests);
  };
}

function cached<Names extends readonly string[], Made>(
  make: (...names: Names) => Made,
): (...names: Names) => Made {
  const made = new Map<string, Made>();
  return (...names) => {
    const key = names.join("\0");
    let found = made.get(key);
    if (found === undefined) made.set(key, (found = make(...names)));
    return found;
  };
}
