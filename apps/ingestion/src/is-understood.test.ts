import type { CompiledProject, CompiledView } from "@timewell/model";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { Applier } from "./applier.ts";
import { IngestionWorld, startUs } from "./ingestion-world.testdata.ts";
import { flushSegments } from "./segment-writer.ts";

const keys = { airport: { kind: { case: "stringValue", value: "SEA" } } } as const;
const features = {
  departures: { kind: { case: "int64Value", value: 5n } },
  mean_delay: { kind: { case: "doubleValue", value: 1.5 } },
} as const;
const note = { kind: { case: "stringValue", value: "kept" } } as const;

/** One process takes the rows, and another one, whose definitions are older, carries them on. */
describe("a process with old definitions", () => {
  let world: IngestionWorld;
  let views: Map<number, CompiledView>;
  let heardAtMs: number;
  beforeEach(async () => {
    world = await IngestionWorld.create();
    views = new Map(world.project.viewsById);
    views.delete(world.view("pushed_only").id);
    heardAtMs = world.clock.monotonicMs();
    const project: CompiledProject = { ...world.project, viewsById: views };
    world.applier = new Applier({ ...world.deps, definitions: old(project) });
    world.applier.start();
  });
  afterEach(() => world.close());

  const old = (project: CompiledProject) => ({
    ...world.deps.definitions,
    projects: () => [project],
    ageMs: () => world.clock.monotonicMs() - heardAtMs,
  });

  async function pushBoth(): Promise<void> {
    await world.push({
      featureView: "pushed_only",
      rows: [{ keys, features: { note }, eventTimeUs: startUs }],
    });
    await world.push({ featureView: "airport_hourly", rows: [{ keys, features, eventTimeUs: startUs }] });
    await world.until(async () => (await world.read("airport_hourly", "SEA")) !== undefined);
  }

  // It would else count as a row of a deleted view, and be neither served nor kept.
  it("keeps a row of a view that it does not know until it knows it, and applies the others", async () => {
    await pushBoth();
    await world.clock.advance(60_000);
    expect(world.applier.backlogRows()).toBeGreaterThan(0n);
    expect(await world.read("pushed_only", "SEA")).toBeUndefined();
    expect(await flushSegments(world.deps, world.applier)).toBe(0);
    views.set(world.view("pushed_only").id, world.view("pushed_only"));
    await world.until(async () => (await world.read("pushed_only", "SEA")) !== undefined);
    await world.until(() => world.applier.backlogRows() === 0n);
    expect(await flushSegments(world.deps, world.applier)).toBe(2);
  });

  it("drops such a row once newer definitions do not have its view either", async () => {
    await pushBoth();
    await world.clock.advance(12_000);
    expect(world.applier.backlogRows()).toBeGreaterThan(0n);
    heardAtMs = world.clock.monotonicMs();
    await world.until(() => world.applier.backlogRows() === 0n);
    expect(await world.read("pushed_only", "SEA")).toBeUndefined();
  });

  it("writes no segment without a feature that it does not know yet", async () => {
    views.set(world.view("pushed_only").id, world.view("pushed_only"));
    await pushBoth();
    await world.until(() => world.applier.backlogRows() === 0n);
    const hourly = world.view("airport_hourly");
    const known = hourly.features.slice(0, 1);
    const older = { ...hourly, features: known, input: { ...hourly.input, features: known } };
    const project = { ...world.project, viewsById: new Map(views).set(hourly.id, older) };
    const definitions = { ...world.deps.definitions, projects: () => [project] };
    expect(await flushSegments({ ...world.deps, definitions }, world.applier)).toBe(1);
    expect(await flushSegments(world.deps, world.applier)).toBe(1);
  });
});
