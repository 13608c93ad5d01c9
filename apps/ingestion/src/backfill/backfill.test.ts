import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { BackfillRequestSchema, type BackfillResponse } from "@timewell/contracts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { hourUs, IngestionWorld, startUs } from "../ingestion-world.testdata.ts";
import { backfill } from "./backfill.ts";

const never = new AbortController().signal;
const iso = (us: bigint) => new Date(Number(us / 1000n)).toISOString();
const header = "airport,event_timestamp,departures,mean_delay";

describe("backfill()", () => {
  let world: IngestionWorld;
  beforeEach(async () => {
    world = await IngestionWorld.create();
    await writeHours(10);
  });
  afterEach(() => world.close());

  /** One row of each airport in each of the last hours; the last has number 1. */
  async function writeHours(hours: number, add = 0): Promise<void> {
    const rows = Array.from({ length: hours }, (_, i) => hours - i).flatMap((hour) =>
      ["SEA", "SFO"].map((airport) => `${airport},${iso(startUs - BigInt(hour) * hourUs)},${hour + add},1.5`),
    );
    await world.writeCsv("hourly.csv", header, rows);
  }

  const request = (parts: MessageInitShape<typeof BackfillRequestSchema> = {}) =>
    create(BackfillRequestSchema, {
      project: "default",
      featureView: "airport_hourly",
      fromUs: startUs - 10n * hourUs,
      toUs: startUs,
      chunkMs: 3_600_000n,
      ...parts,
    });

  async function run(parts: MessageInitShape<typeof BackfillRequestSchema> = {}): Promise<BackfillResponse> {
    let last: BackfillResponse | undefined;
    for await (last of backfill(world.deps, request(parts), never));
    return last!;
  }

  const departures = async (airport = "SEA") => (await world.read("airport_hourly", airport))?.values[0];

  it("writes what one run over the range would have written", async () => {
    const done = await run({ parallelism: 3 });
    expect(done).toMatchObject({ chunks: 10, chunksDone: 10, chunksBefore: 0 });
    expect(done.progress).toMatchObject({ rowsRead: 20n, rowsTotal: 20n, done: true });
    expect([await departures("SEA"), await departures("SFO")]).toEqual([1n, 1n]);
    expect((await world.deps.offlineCatalog.finishedRuns(world.view("airport_hourly").id)).length).toBe(10);
  });

  it("goes on where it was cut, and reads no chunk twice", async () => {
    for await (const { chunksDone } of backfill(world.deps, request({ parallelism: 1 }), never))
      if (chunksDone === 4) break;
    const { chunksBefore, progress } = await run();
    expect([chunksBefore, progress?.rowsRead]).toEqual([4, 12n]);
    expect(await departures()).toBe(1n);
    expect(await run()).toMatchObject({
      chunksBefore: 10,
      chunksDone: 10,
      progress: { rowsRead: 0n, done: true },
    });
  });

  it("does everything again where that is asked for", async () => {
    await run();
    await writeHours(10, 100);
    await run();
    expect(await departures()).toBe(1n);
    expect((await run({ again: true })).progress?.rowsRead).toBe(20n);
    expect(await departures()).toBe(101n);
  });

  it("ends with the error of a chunk, and the chunks that were done stay so", async () => {
    const { deps } = world;
    const failing = {
      ...deps,
      offlineEngine: Object.assign(Object.create(deps.offlineEngine), {
        scanSource: (scan: { fromUs: bigint }, signal: AbortSignal) => {
          if (scan.fromUs === startUs - 2n * hourUs) throw new Error("the disk is gone");
          return deps.offlineEngine.scanSource(scan as never, signal);
        },
      }),
    };
    const consume = async () => {
      for await (const each of backfill(failing, request({ parallelism: 1 }), never)) void each;
    };
    await expect(consume()).rejects.toThrow("the disk is gone");
    expect((await run()).chunksBefore).toBe(8);
  });

  it("never lets an older value take the place of a newer one while rows are pushed", async () => {
    world.applier.start();
    const push = world.push({
      featureView: "airport_hourly",
      rows: [
        {
          keys: { airport: { kind: { case: "stringValue", value: "SEA" } } },
          features: { departures: { kind: { case: "int64Value", value: 99n } } },
          eventTimeUs: startUs - hourUs / 2n,
        },
      ],
    });
    await Promise.all([push, run({ parallelism: 4 })]);
    await world.until(async () => (await departures()) === 99n);
  });

  it("refuses a range that is not over yet, no length, and too many at a time", async () => {
    await expect(run({ toUs: startUs + 1_000_000n })).rejects.toThrow(/available now ends at/);
    await expect(run({ chunkMs: 0n })).rejects.toThrow(/chunks of 0 ms/);
    await expect(run({ parallelism: 9 })).rejects.toMatchObject({ kind: "LIMIT_EXCEEDED" });
    await expect(run({ featureView: "pushed_only" })).rejects.toMatchObject({ kind: "NO_BATCH_SOURCE" });
  });
});
