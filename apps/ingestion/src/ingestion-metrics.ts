import { CounterFamily, type Metrics } from "@timewell/service";

import type { IngestionMetrics } from "./ingestion-deps.ts";

/** Registers the metrics of ingestion; `registry` is the one that /metrics prints. */
export function createIngestionMetrics(registry: Metrics["registry"]): IngestionMetrics {
  const gaps = new CounterFamily({
    name: "timewell_ingestion_online_store_gap_seconds_total",
    help: "Seconds of outages of the online store, as this process saw them",
    registry,
  }).labels();
  return { countGap: (seconds) => gaps.add(seconds) };
}
