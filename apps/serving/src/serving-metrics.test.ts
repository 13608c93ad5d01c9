import { Registry } from "prom-client";
import { describe, expect, test } from "vitest";
import { createServingMetrics } from "./serving-metrics.ts";

const definitions = (ageMs: number | undefined) => ({
  project: () => {
    throw new Error("not asked for");
  },
  projects: () => [],
  onChange: () => () => undefined,
  ageMs: () => ageMs,
});

describe("createServingMetrics()", () => {
  test("counts view rows by status and the age of those that were served", async () => {
    const registry = new Registry();
    const metrics = createServingMetrics(registry, definitions(1500));
    const view = metrics.forView("flights", "delays");
    expect(metrics.forView("flights", "delays")).toBe(view);
    view.countRows("PRESENT", 3);
    view.countRows("EXPIRED", 1);
    metrics.countViewRows("flights", "delays", "EXPIRED", 1);
    view.observeAge(0.4);
    metrics.observeAge("flights", "delays", 100);
    const text = await registry.metrics();
    const of = 'project="flights",view="delays"';
    expect(text).toContain(`timewell_serving_view_rows_total{${of},status="PRESENT"} 3\n`);
    expect(text).toContain(`timewell_serving_view_rows_total{${of},status="EXPIRED"} 2\n`);
    expect(text).toContain(`timewell_serving_age_seconds_bucket{le="0.5",${of}} 1\n`);
    expect(text).toContain(`timewell_serving_age_seconds_sum{${of}} 100.4\n`);
    expect(text).toContain("timewell_serving_registry_age_seconds 1.5\n");
  });

  test("counts on-demand features that could not be computed", async () => {
    const registry = new Registry();
    const metrics = createServingMetrics(registry, definitions(undefined));
    metrics.countOnDemandError("flights", "delay_v1", "is_risky");
    metrics.countOnDemandError("flights", "delay_v1", "is_risky");
    const of = 'project="flights",service="delay_v1",feature="is_risky"';
    expect(await registry.metrics()).toContain(`timewell_serving_on_demand_errors_total{${of}} 2\n`);
  });

  test("times the stages of a method, and tells how many requests share a read of the store", async () => {
    const registry = new Registry();
    const metrics = createServingMetrics(registry, definitions(undefined));
    const method = metrics.forMethod("timewell.features.flights.Delays/Get");
    method.rows.observe(10);
    method.decode.observe(0.00002);
    method.read.observe(0.0007);
    method.assemble.observe(0.00009);
    metrics.observeStoreRead(0.0005, 40, 4);
    metrics.observeStoreRead(0.0003, 1);
    const text = await registry.metrics();
    const of = 'method="timewell.features.flights.Delays/Get"';
    expect(text).toContain(`timewell_serving_request_rows_bucket{le="10",${of}} 1\n`);
    expect(text).toContain(`timewell_serving_request_rows_bucket{le="5",${of}} 0\n`);
    expect(text).toContain(`timewell_serving_stage_seconds_bucket{le="0.000025",${of},stage="decode"} 1\n`);
    expect(text).toContain(`timewell_serving_stage_seconds_count{${of},stage="assemble"} 1\n`);
    expect(text).toContain("timewell_serving_store_read_seconds_count 2\n");
    expect(text).toContain("timewell_serving_store_read_requests_sum 5\n");
    expect(text).toContain("timewell_serving_registry_age_seconds Nan\n");
  });
});
