import type { PrintedMetric, PrintedValue } from "../metrics/metric-family.ts";

/** Metrics of one process. */
export interface MetricsPart {
  /** Which process it is; undefined for what processes that ended have left. */
  readonly worker: string | undefined;
  readonly metrics: readonly PrintedMetric[];
}

const adders: Readonly<Record<string, (a: number, b: number) => number>> = {
  sum: (a, b) => a + b,
  max: Math.max,
  min: Math.min,
  first: (a) => a,
};

/**
 * Puts the metrics of the processes of a server together. Those of Timewell are summed, or what their `aggregator` says; those of
 * the Node processes themselves (memory, event loop) stay apart, under a label `worker`.
 */
export function mergeMetrics(parts: readonly MetricsPart[]): PrintedMetric[] {
  const merged = new Map<
    string,
    { readonly metric: PrintedMetric; readonly values: Map<string, PrintedValue> }
  >();
  for (const { worker, metrics } of parts) {
    for (const metric of metrics) {
      let entry = merged.get(metric.name);
      if (entry === undefined) merged.set(metric.name, (entry = { metric, values: new Map() }));
      const add = adders[metric.aggregator] ?? adders["sum"]!;
      const isOfProcess = !metric.name.startsWith("timewell_");
      for (const value of metric.values) {
        const labels = isOfProcess && worker !== undefined ? { ...value.labels, worker } : value.labels;
        const key = keyOf(value.metricName, labels);
        const known = entry.values.get(key);
        entry.values.set(key, {
          ...value,
          labels,
          // JSON has no NaN.
          value: known === undefined ? (value.value ?? NaN) : add(known.value, value.value ?? NaN),
        });
      }
    }
  }
  return [...merged.values()].map(({ metric, values }) => ({ ...metric, values: [...values.values()] }));
}

/** What stays of a process that ended: what only ever grows. */
export function lastingMetrics(metrics: readonly PrintedMetric[]): PrintedMetric[] {
  return metrics.filter(
    ({ name, type }) => name.startsWith("timewell_") && (type === "counter" || type === "histogram"),
  );
}

function keyOf(metricName: string | undefined, labels: Readonly<Record<string, unknown>>): string {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([metricName, sorted]);
}
