import type { Progress } from "@timewell/contracts";
import { InMemoryOnlineStore } from "@timewell/store-ports";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { hourUs, IngestionWorld, startUs } from "./ingestion-world.testdata.ts";
import { materialize } from "./materialize.ts";
import { rebuildOnline } from "./rebuild-online.ts";
import { flushSegments } from "./segment-writer.ts";

const never = new AbortController().signal;
const iso = (us: bigint) => new Date(Number(us / 1000n)).toISOString();

async function last(stream: AsyncIterable<Progress>): Promise<Progress> {
  let progress: Progress | undefined;
  for await (progress of stream);
  if (progress === undefined) throw new Error("no progress was told");
  return progress;
}

describe("rebuildOnline()", () => {
  let world: IngestionWorld;
  beforeEach(async () => {
    world = await IngestionWorld.create({ logRetentionUs: 0n });
  });
  afterEach(() => world.close());

  // A rebuild replaces equal rows, so that without care the last of them would stay.
  it("gives the first of rows with equal event time and created time, as materialize does (semantics 2)", async () => {
    const times = `${iso(startUs - 3n * hourUs)},${iso(startUs - 2n * hourUs)}`;
    const rows = Array.from({ length: 3_000 }, (_, i) => `A${i},${times},0`);
    await world.writeCsv("created.csv", "airport,event_timestamp,created,departures", [
      `SEA,${times},1`,
      ...rows,
      `SEA,${times},2`,
    ]);
    const view = world.view("airport_created");
    for (const hours of [5n, 4n])
      await last(materialize(world.deps, view, { fromUs: startUs - hours * hourUs, toUs: startUs }, never));
    expect((await world.read("airport_created", "SEA"))?.values).toEqual([1n]);
    await last(rebuildOnline(world.deps, view, never));
    expect((await world.read("airport_created", "SEA"))?.values).toEqual([1n]);
  });

  it("gives the rows of runs that overlap in part, as they gave them (semantics 2)", async () => {
    const at = (hours: bigint) => iso(startUs - hours * hourUs);
    await world.writeCsv("hourly.csv", "airport,event_timestamp,departures,mean_delay", [
      `SEA,${at(3n)},1,1`,
      `SEA,${at(3n)},2,2`,
      `SFO,${at(5n)},3,3`,
      `LAX,${at(1n)},4,4`,
      `LAX,${at(1n)},5,5`,
    ]);
    const view = world.view("airport_hourly");
    const ranges = [
      [5n, 2n],
      [4n, 0n],
      [6n, 3n],
    ] as const;
    for (const [from, to] of ranges) {
      const range = { fromUs: startUs - from * hourUs, toUs: startUs - to * hourUs };
      await last(materialize(world.deps, view, range, never));
    }
    const read = (from: IngestionWorld) =>
      Promise.all(["SEA", "SFO", "LAX"].map((airport) => from.read("airport_hourly", airport)));
    const before = await read(world);
    expect(before.map((found) => found?.values[0])).toEqual([2n, 3n, 5n]);
    const lost = world.withStore(new InMemoryOnlineStore(world.clock));
    for (const rebuilt of [lost, world]) {
      await last(rebuildOnline(rebuilt.deps, view, never));
      expect(await read(rebuilt)).toEqual(before);
    }
  });

  const row = (airport: string) => ({
    keys: { airport: { kind: { case: "stringValue" as const, value: airport } } },
    features: { note: { kind: { case: "stringValue" as const, value: airport } } },
    eventTimeUs: startUs,
  });

  async function pushed(...airports: string[]): Promise<void> {
    await world.push({ featureView: "pushed_only", rows: airports.map(row) });
    await world.until(() => world.applier.backlogRows() === 0n && world.applier.leases().length === 64);
    await world.until(async () =>
      (await world.deps.ingestLog.progress()).every(({ head, applied }) => head === applied),
    );
  }

  it("finds rows that move from the log to a segment meanwhile", async () => {
    world.applier.start();
    await pushed("SEA");
    await flushSegments(world.deps, world.applier);
    const airports = Array.from({ length: 60 }, (_, i) => `A${i}`);
    await pushed(...airports);
    const lost = world.withStore(new InMemoryOnlineStore(world.clock));
    let isFirst = true;
    for await (const _ of rebuildOnline(lost.deps, lost.view("pushed_only"), never)) {
      if (!isFirst) continue;
      isFirst = false;
      // Long enough for the rows to leave the log.
      await world.clock.advance(11 * 60_000);
      await world.until(() => world.applier.leases().length === 64);
      expect(await flushSegments(world.deps, world.applier)).toBe(60);
    }
    for (const airport of ["SEA", ...airports])
      expect((await lost.read("pushed_only", airport))?.values, airport).toEqual([airport]);
  });

  it("fails where the store is another one at its end: what it wrote before may be lost", async () => {
    world.applier.start();
    await pushed("SEA");
    const runIds = ["before", "after"];
    const restarted = Object.assign(Object.create(world.deps.onlineStore) as typeof world.deps.onlineStore, {
      runId: () => Promise.resolve(runIds.shift()),
      apply: world.deps.onlineStore.apply.bind(world.deps.onlineStore),
      removalFence: world.deps.onlineStore.removalFence.bind(world.deps.onlineStore),
    });
    const deps = { ...world.deps, onlineStore: restarted };
    await expect(last(rebuildOnline(deps, world.view("pushed_only"), never))).rejects.toMatchObject({
      kind: "STORE_UNAVAILABLE",
    });
  });
});
