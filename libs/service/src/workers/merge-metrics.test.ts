import * as fc from "fast-check";
import { Gauge, Registry } from "prom-client";
import { describe, expect, test } from "vitest";
import { CounterFamily } from "../metrics/counter-family.ts";
import { HistogramFamily } from "../metrics/histogram-family.ts";
import { LevelFamily } from "../metrics/level-family.ts";
import type { PrintedMetric } from "../metrics/metric-family.ts";
import { lastingMetrics, mergeMetrics } from "./merge-metrics.ts";

/** As metrics come from another process. */
async function sent(registry: Registry): Promise<PrintedMetric[]> {
  return JSON.parse(JSON.stringify(await registry.getMetricsAsJSON())) as PrintedMetric[];
}

function instruments(registry: Registry) {
  const help = "x";
  return {
    calls: new CounterFamily({ name: "timewell_calls_total", help, labelNames: ["method"], registry }),
    running: new LevelFamily({ name: "timewell_running", help, labelNames: ["method"], registry }),
    time: new HistogramFamily({
      name: "timewell_time",
      help,
      labelNames: ["method"],
      buckets: [1, 5, 20],
      registry,
    }),
  };
}

describe("mergeMetrics()", () => {
  test("of several processes is what one process would have counted", async () => {
    const event = fc.record({
      process: fc.nat(3),
      method: fc.constantFrom("a", "b", "c"),
      value: fc.nat(30),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 80 }), fc.nat(4), async (events, ended) => {
        const registries = Array.from({ length: 4 }, () => new Registry());
        const parts = registries.map(instruments);
        const one = new Registry();
        const twin = instruments(one);
        for (const { process, method, value } of events)
          for (const { calls, running, time } of [parts[process]!, twin]) {
            calls.labels(method).add(value);
            running.labels(method).add(1);
            time.labels(method).observe(value);
          }
        const told = await Promise.all(registries.map(sent));
        // Some of them have ended meanwhile: their counters and histograms go on counting, what they held does not.
        const lasting = told.slice(0, ended).map((metrics) => ({
          worker: undefined,
          metrics: lastingMetrics(metrics),
        }));
        const live = told.slice(ended).map((metrics, i) => ({ worker: String(i), metrics }));
        const values = (metrics: readonly PrintedMetric[]) =>
          Object.fromEntries(
            metrics
              .filter(({ type }) => ended === 0 || type !== "gauge")
              .flatMap((metric) => metric.values.map((value) => ({ name: metric.name, ...value })))
              .map(({ name, metricName = name, labels, value }) => [
                `${metricName} ${Object.entries(labels).sort().join(" ")}`,
                value,
              ]),
          );
        expect(values(mergeMetrics([...live, ...lasting]))).toEqual(values(await sent(one)));
      }),
    );
  });

  test("takes the greatest age, keeps what belongs to a process apart, and carries a value that is not a number", async () => {
    const make = async (age: number, memory: number) => {
      const registry = new Registry();
      const registers = [registry];
      new Gauge({ name: "timewell_age", help: "x", aggregator: "max", registers }).set(age);
      new Gauge({ name: "process_memory", help: "x", registers }).set(memory);
      return sent(registry);
    };
    const parts = [
      { worker: "1", metrics: await make(3, 100) },
      { worker: "2", metrics: await make(5, 200) },
    ];
    const [age, memory] = mergeMetrics(parts);
    expect(age?.values).toEqual([{ value: 5, labels: {} }]);
    expect(memory?.values).toEqual([
      { value: 100, labels: { worker: "1" } },
      { value: 200, labels: { worker: "2" } },
    ]);
    const [unknown] = mergeMetrics([...parts, { worker: "3", metrics: await make(NaN, 0) }]);
    expect(unknown?.values).toEqual([{ value: NaN, labels: {} }]);
  });
});
