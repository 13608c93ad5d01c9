import type { CompiledView } from "@timewell/model";
import { CounterFamily, type Metrics } from "@timewell/service";

import type { IngestionMetrics } from "./ingestion-deps.ts";
import { createStreamMetrics } from "./streams/stream-metrics.ts";

/** Registers the metrics of ingestion; `registry` is the one that /metrics prints. */
export function createIngestionMetrics(registry: Metrics["registry"]): IngestionMetrics {
  const gaps = new CounterFamily({
    name: "timewell_ingestion_online_store_gap_seconds_total",
    help: "Seconds of outages of the online store, as this process saw them",
    registry,
  }).labels();
  const violations = new CounterFamily({
    name: "timewell_ingestion_constraint_violations_total",
    help: "Rows that broke a constraint: refused with policy REJECT, written with COUNT",
    labelNames: ["project", "view", "constraint", "policy"],
    registry,
  });
  const byView = new Map<string, Map<string, number>>();
  return {
    countGap: (seconds) => gaps.add(seconds),
    streams: createStreamMetrics(registry),
    countViolation(view, { name, policy }) {
      violations.labels(view.project, view.name, name, policy).add();
      const counts = byView.get(keyOf(view)) ?? new Map<string, number>();
      counts.set(name, (counts.get(name) ?? 0) + 1);
      byView.set(keyOf(view), counts);
    },
    violationsOf: (view) => byView.get(keyOf(view)) ?? new Map<string, number>(),
  };
}

function keyOf({ project, name, version }: CompiledView): string {
  return `${project}/${name}/${version}`;
}
