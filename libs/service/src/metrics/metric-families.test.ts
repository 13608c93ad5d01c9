import * as fc from "fast-check";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { describe, expect, test } from "vitest";
import { CounterFamily } from "./counter-family.ts";
import { HistogramFamily } from "./histogram-family.ts";
import { LevelFamily } from "./level-family.ts";

const labelValue = fc.oneof(fc.constantFrom("a", "b", 'x"y', "back\\slash", "new\nline"), fc.string());
const finite = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), fc.nat(20));
const bounds = fc
  .uniqueArray(finite, { minLength: 0, maxLength: 20 })
  .map((all) => all.sort((a, b) => a - b));
const name = "timewell_probe_seconds";
const help = "A probe";

describe("HistogramFamily", () => {
  test("prints what prom-client's own histogram prints", async () => {
    const observations = fc.array(fc.tuple(labelValue, labelValue, finite), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(bounds, observations, async (buckets, observed) => {
        const [own, theirs] = [new Registry(), new Registry()];
        // An observation on a bound belongs to it.
        const all = [...observed, ...buckets.map((bound) => ["", "", bound] as [string, string, number])];
        const labelNames = ["method", "code"];
        const family = new HistogramFamily({ name, help, labelNames, buckets, registry: own });
        const twin = new Histogram({ name, help, labelNames, buckets, registers: [theirs] });
        for (const [method, code, value] of all) {
          family.labels(method, code).observe(value);
          twin.labels(method, code).observe(value);
        }
        expect(await own.metrics()).toBe(await theirs.metrics());
        // As it goes from process to process; exemplars are not kept.
        const sent = (metrics: object[]) =>
          JSON.parse(JSON.stringify(metrics).replaceAll('"exemplar":null,', "")) as object[];
        expect(sent(await own.getMetricsAsJSON())).toEqual(sent(await theirs.getMetricsAsJSON()));
      }),
    );
  });

  test("leaves out what is no finite number", () => {
    const family = new HistogramFamily({ name, help, buckets: [1], registry: new Registry() });
    const series = family.labels();
    for (const value of [NaN, Infinity, -Infinity]) series.observe(value);
    series.observe(0.5);
    expect([series.sum, ...series.counts]).toEqual([0.5, 1, 0]);
  });

  test("refuses bounds that do not ascend, the label le, and a name that is taken", () => {
    const registry = new Registry();
    const make = (buckets: number[], labelNames: string[] = []) =>
      new HistogramFamily({ name, help, buckets, labelNames, registry });
    expect(() => make([1, 1])).toThrow("ascending");
    expect(() => make([1, Infinity])).toThrow("finite");
    expect(() => make([1], ["le"])).toThrow("le");
    make([1]);
    expect(() => make([1])).toThrow("already");
  });
});

describe("CounterFamily and LevelFamily", () => {
  test("print what prom-client's own metrics print", async () => {
    const steps = fc.array(fc.tuple(labelValue, fc.nat(1000)), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(steps, async (added) => {
        const [own, theirs] = [new Registry(), new Registry()];
        const labelNames = ["method"];
        const counter = new CounterFamily({ name: "n_total", help, labelNames, registry: own });
        const level = new LevelFamily({ name: "level", help, labelNames, registry: own });
        const counterTwin = new Counter({ name: "n_total", help, labelNames, registers: [theirs] });
        const levelTwin = new Gauge({ name: "level", help, labelNames, registers: [theirs] });
        for (const [method, amount] of added) {
          counter.labels(method).add(amount);
          level.labels(method).add(500 - amount);
          counterTwin.labels(method).inc(amount);
          levelTwin.labels(method).inc(500 - amount);
        }
        expect(await own.metrics()).toBe(await theirs.metrics());
      }),
    );
  });

  test("a series that was removed is printed no more, and begins again at 0", async () => {
    const registry = new Registry();
    const counter = new CounterFamily({ name: "n_total", help, labelNames: ["view"], registry });
    counter.labels("a").add(3);
    expect(counter.remove("a")).toBe(true);
    expect(counter.remove("a")).toBe(false);
    expect(await registry.metrics()).not.toContain("view=");
    expect(counter.labels("a").total).toBe(0);
  });

  test("labels() refuses another number of values than there are names", () => {
    const counter = new CounterFamily({
      name: "n_total",
      help,
      labelNames: ["view"],
      registry: new Registry(),
    });
    expect(() => counter.labels("a", "b")).toThrow("has 1 labels, not 2");
    expect(() => counter.labels()).toThrow("has 1 labels, not 0");
  });
});
