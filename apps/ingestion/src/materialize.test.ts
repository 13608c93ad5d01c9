import { create } from "@bufbuild/protobuf";
import { MaterializeIncrementalRequestSchema, type Progress } from "@timewell/contracts";
import { InMemoryOnlineStore } from "@timewell/store-ports";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { hourUs, IngestionWorld, startUs } from "./ingestion-world.testdata.ts";
import { materialize } from "./materialize.ts";
import { materializeIncremental } from "./materialize-incremental.ts";
import { rebuildOnline } from "./rebuild-online.ts";

const never = new AbortController().signal;
const iso = (us: bigint) => new Date(Number(us / 1000n)).toISOString();

async function last(stream: AsyncIterable<Progress>): Promise<Progress> {
  let progress: Progress | undefined;
  for await (progress of stream);
  if (progress === undefined) throw new Error("no progress was told");
  return progress;
}

describe("materialize()", () => {
  let world: IngestionWorld;
  beforeEach(async () => {
    world = await IngestionWorld.create();
    await world.writeCsv("hourly.csv", "airport,event_timestamp,departures,mean_delay", [
      `SEA,${iso(startUs - 3n * hourUs)},1,1.5`,
      `SEA,${iso(startUs - 2n * hourUs)},2,`,
      `SEA,${iso(startUs - 2n * hourUs)},3,3.5`,
      `SFO,${iso(startUs - hourUs)},4,4.5`,
    ]);
  });
  afterEach(() => world.close());

  const run = (fromUs: bigint, toUs: bigint) =>
    last(materialize(world.deps, world.view("airport_hourly"), { fromUs, toUs }, never));
  const incremental = (view: string, toUs: bigint) => {
    const request = { project: "default", featureView: view, toUs };
    return last(
      materializeIncremental(world.deps, create(MaterializeIncrementalRequestSchema, request), never),
    );
  };

  it("takes the start of the range and leaves its end out", async () => {
    const done = await run(startUs - 3n * hourUs, startUs - hourUs);
    expect(done).toMatchObject({ run: 1n, rowsRead: 3n, rowsTotal: 3n, done: true });
    expect(await world.read("airport_hourly", "SFO")).toBeUndefined();
  });

  it("lets the later row of a file win a tie, also when it is run again", async () => {
    await run(startUs - 3n * hourUs, startUs);
    expect((await world.read("airport_hourly", "SEA"))?.values).toEqual([3n, 3.5]);
    await run(startUs - 3n * hourUs, startUs);
    expect((await world.read("airport_hourly", "SEA"))?.values).toEqual([3n, 3.5]);
  });

  it("never lets a batch row beat a pushed row of the same event time (semantics 2)", async () => {
    world.applier.start();
    const departures = { kind: { case: "int64Value", value: 99n } } as const;
    const keys = { airport: { kind: { case: "stringValue", value: "SEA" } } } as const;
    await world.push({
      featureView: "airport_hourly",
      rows: [{ keys, features: { departures }, eventTimeUs: startUs - 2n * hourUs }],
    });
    await world.until(async () => (await world.read("airport_hourly", "SEA")) !== undefined);
    await run(startUs - 3n * hourUs, startUs);
    expect((await world.read("airport_hourly", "SEA"))?.values).toEqual([99n, null]);
  });

  it("looks back by the overlap for late rows where no created column is declared", async () => {
    await incremental("airport_hourly", startUs);
    await world.writeCsv("hourly.csv", "airport,event_timestamp,departures,mean_delay", [
      `LAX,${iso(startUs - 20n * hourUs)},7,7.5`,
    ]);
    const done = await incremental("airport_hourly", startUs + hourUs / 60n);
    expect(done.fromUs).toBe(startUs - 24n * hourUs);
    expect((await world.read("airport_hourly", "LAX"))?.values).toEqual([7n, 7.5]);
  });

  it("follows the created column where there is one, so that no late row is missed", async () => {
    const header = "airport,event_timestamp,created,departures";
    const old = `SEA,${iso(startUs - 3n * hourUs)},${iso(startUs - 2n * hourUs)},1`;
    await world.writeCsv("created.csv", header, [old]);
    await incremental("airport_created", startUs);
    const late = `SFO,${iso(startUs - 9_000n * hourUs)},${iso(startUs - hourUs)},2`;
    await world.writeCsv("created.csv", header, [old, late]);
    const done = await incremental("airport_created", startUs);
    expect(done.rowsWritten).toBe(1n);
    const row = await world.read("airport_created", "SFO");
    expect(row?.values).toEqual([2n]);
    expect(row?.availableTimeUs).toBe(startUs - hourUs);
  });

  // The end may be ahead by the tolerance, because clocks differ; a row from there would hide the one before it.
  it("leaves rows from after now to a later run, also where the end of the range is a little ahead", async () => {
    await world.writeCsv("hourly.csv", "airport,event_timestamp,departures,mean_delay", [
      `SEA,${iso(startUs - hourUs)},1,1`,
      `SEA,${iso(startUs + 60_000_000n)},2,2`,
    ]);
    const done = await run(startUs - 3n * hourUs, startUs + 120_000_000n);
    expect(done).toMatchObject({ rowsRead: 1n, toUs: startUs });
    expect((await world.read("airport_hourly", "SEA"))?.values).toEqual([1n, 1]);
    await world.clock.advance(120_000);
    await incremental("airport_hourly", startUs + 120_000_000n);
    expect((await world.read("airport_hourly", "SEA"))?.values).toEqual([2n, 2]);
  });

  // Training in mode AVAILABLE does not see such a row yet, so that serving must not either.
  it("leaves a row to a later run whose declared delay is not over (semantics 6)", async () => {
    await world.writeCsv("delayed.csv", "airport,event_timestamp,departures", [
      `SEA,${iso(startUs - 2n * hourUs)},1`,
      `SEA,${iso(startUs - hourUs / 2n)},2`,
    ]);
    const done = await incremental("airport_delayed", startUs);
    expect(done).toMatchObject({ rowsRead: 1n, toUs: startUs - hourUs });
    expect((await world.read("airport_delayed", "SEA"))?.values).toEqual([1n]);
    await world.clock.advance(3_600_000);
    await incremental("airport_delayed", startUs + hourUs);
    expect(await world.read("airport_delayed", "SEA")).toMatchObject({
      values: [2n],
      availableTimeUs: startUs + hourUs / 2n,
    });
  });

  it("does not finish a run where the store is another one at its end, so that the next one takes its rows", async () => {
    const { onlineStore } = world.deps;
    const runIds = ["before", "after"];
    const restarted = Object.assign(Object.create(onlineStore) as typeof onlineStore, {
      runId: () => Promise.resolve(runIds.shift()),
      apply: onlineStore.apply.bind(onlineStore),
      removalFence: onlineStore.removalFence.bind(onlineStore),
    });
    const range = { fromUs: startUs - 3n * hourUs, toUs: startUs };
    const view = world.view("airport_hourly");
    await expect(
      last(materialize({ ...world.deps, onlineStore: restarted }, view, range, never)),
    ).rejects.toMatchObject({ kind: "STORE_UNAVAILABLE" });
    expect(await world.deps.offlineCatalog.finishedRuns(view.id)).toEqual([]);
  });

  it("refuses a range that no time can be (semantics 1)", async () => {
    await expect(run(-(2n ** 63n), startUs)).rejects.toMatchObject({
      kind: "INVALID_REQUEST",
      field: "from_us",
      message: expect.stringContaining("expected a time of 0001-01-01T00:00:00Z …") as string,
    });
    await expect(run(startUs, 2n ** 63n - 1n)).rejects.toMatchObject({
      kind: "INVALID_REQUEST",
      field: "to_us",
    });
  });

  it("rebuilds an online store that was lost, from runs, segments and log (semantics 12)", async () => {
    world.applier.start();
    await run(startUs - 3n * hourUs, startUs);
    const note = { kind: { case: "stringValue", value: "kept" } } as const;
    const keys = { airport: { kind: { case: "stringValue", value: "SEA" } } } as const;
    await world.push({
      featureView: "pushed_only",
      rows: [{ keys, features: { note }, eventTimeUs: startUs }],
    });
    await world.until(async () => (await world.read("pushed_only", "SEA")) !== undefined);
    const before = await world.read("pushed_only", "SEA");

    const lost = world.withStore(new InMemoryOnlineStore(world.clock));
    for (const view of ["airport_hourly", "pushed_only"])
      await last(rebuildOnline(lost.deps, lost.view(view), never));
    expect((await lost.read("airport_hourly", "SEA"))?.values).toEqual([3n, 3.5]);
    expect(await lost.read("pushed_only", "SEA")).toEqual(before);
  });

  it("refuses a view without a source, an empty range, a range in the future and a missing file", async () => {
    const pushedOnly = materialize(
      world.deps,
      world.view("pushed_only"),
      { fromUs: 0n, toUs: startUs },
      never,
    );
    await expect(last(pushedOnly)).rejects.toMatchObject({ kind: "NO_BATCH_SOURCE" });
    await expect(run(startUs, startUs)).rejects.toMatchObject({ kind: "INVALID_REQUEST" });
    await expect(run(startUs, startUs + 24n * hourUs)).rejects.toMatchObject({ kind: "INVALID_REQUEST" });
    await expect(incremental("airport_created", startUs)).rejects.toMatchObject({ kind: "FILE_NOT_FOUND" });
  });
});
