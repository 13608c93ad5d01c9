import { create } from "@bufbuild/protobuf";
import { DefinitionsSchema, FeatureViewSchema, FileFormat, ValueType } from "@timewell/contracts";
import { compileProject, planDefinitions } from "@timewell/model";
import type { Lease } from "@timewell/store-ports";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { IngestionDeps } from "../ingestion-deps.ts";
import { hourUs, IngestionWorld, startUs } from "../ingestion-world.testdata.ts";
import { nextRunAtUs } from "./next-run-at-us.ts";
import { Scheduler } from "./scheduler.ts";

const iso = (us: bigint) => new Date(Number(us / 1000n)).toISOString();
const definitions = create(DefinitionsSchema, {
  entities: [{ name: "airport", joinKeys: [{ name: "airport", type: ValueType.STRING }] }],
  featureViews: [
    create(FeatureViewSchema, {
      name: "airport_hourly",
      entity: "airport",
      features: [{ name: "departures", type: ValueType.INT64 }],
      batchSource: { format: FileFormat.CSV, path: "hourly.csv", eventTimeColumn: "event_timestamp" },
      schedule: { everyMs: 10_000n },
    }),
  ],
});
const plan = planDefinitions(undefined, "default", definitions);
const project = compileProject(plan.build({ viewIds: [1], appliedAtUs: startUs, appliedBy: "" }));
const view = project.viewsById.get(1)!;

describe("Scheduler", () => {
  let world: IngestionWorld;
  let deps: IngestionDeps;
  let leases: Lease[];
  let stopping: AbortController;
  const errors: object[] = [];

  beforeEach(async () => {
    world = await IngestionWorld.create();
    const log = { ...world.deps.log, error: (fields: object) => void errors.push(fields) };
    const followed = { project: () => project, projects: () => [project], ageMs: () => 0 };
    deps = { ...world.deps, definitions: followed, log };
    leases = [{ partition: 0, epoch: 1n }];
    stopping = new AbortController();
    errors.length = 0;
    await writeRows(1);
  });

  afterEach(async () => {
    stopping.abort();
    await world.close();
  });

  const writeRows = (departures: number) =>
    world.writeCsv("hourly.csv", "airport,event_timestamp,departures", [
      `SEA,${iso(startUs - hourUs)},${departures}`,
    ]);
  const start = () => void new Scheduler(deps, { leases: () => leases }).run(stopping.signal);
  const runs = () => deps.offlineCatalog.finishedRuns(1);
  const untilRuns = (count: number) => world.until(async () => (await runs()).length === count);

  it("runs at once, and then once in the schedule's time from start to start", async () => {
    const startedUs = world.clock.nowUs();
    start();
    // Simulated time stands still while the runs take real time.
    const hasRuns = (count: number) =>
      vi.waitFor(async () => expect((await runs()).length).toBe(count), { timeout: 60_000 });
    await hasRuns(1);
    for (let i = 0; i < 9; i++) await world.clock.advance(1_000);
    await hasRuns(1);
    await world.clock.advance(1_000);
    await hasRuns(2);
    expect((await runs()).map((run) => run.startedAtUs)).toEqual([startedUs, startedUs + 10_000_000n]);
    expect(nextRunAtUs(view, await runs())).toBe(startedUs + 20_000_000n);
  });

  it("goes on from the recorded runs when a process takes over", async () => {
    const run = await deps.offlineCatalog.beginRun(1, 0n, startUs, startUs);
    const counts = { rowsRead: 0, rowsWritten: 0, eventTimeMaxUs: undefined, createdTimeMaxUs: undefined };
    await deps.offlineCatalog.finishRun(run, { finishedAtUs: startUs, ...counts });
    start();
    await untilRuns(2);
    expect((await runs())[1]!.startedAtUs >= startUs + 10_000_000n).toBe(true);
  });

  it("leaves it to the process that holds the first partition", async () => {
    leases = [{ partition: 1, epoch: 1n }];
    const looks = vi.spyOn(deps.offlineCatalog, "finishedRuns");
    start();
    for (let i = 0; i < 20; i++) await world.clock.advance(1_000);
    expect(looks).not.toHaveBeenCalled();
    leases = [{ partition: 0, epoch: 2n }];
    await untilRuns(1);
  });

  it("tries a run that failed again, and says why it failed", async () => {
    await world.writeCsv("hourly.csv", "airport,departures", ["SEA,1"]);
    start();
    await world.until(() => errors.length > 0);
    expect(errors[0]).toMatchObject({ err: { kind: "SOURCE_MISMATCH" }, view: "airport_hourly" });
    await writeRows(2);
    await untilRuns(1);
  });
});
