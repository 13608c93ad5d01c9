import { create } from "@bufbuild/protobuf";
import { MaterializeIncrementalRequestSchema, type Progress } from "@timewell/contracts";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { hourUs, IngestionWorld, startUs } from "./ingestion-world.testdata.ts";
import { materialize } from "./materialize.ts";
import { materializeIncremental } from "./materialize-incremental.ts";

const never = new AbortController().signal;
const iso = (us: bigint) => new Date(Number(us / 1000n)).toISOString();
const hour = (hours: number) => startUs + BigInt(hours) * hourUs;

async function last(stream: AsyncIterable<Progress>): Promise<Progress> {
  let progress: Progress | undefined;
  for await (progress of stream);
  if (progress === undefined) throw new Error("no progress was told");
  return progress;
}

/** A row of the source, hours from the start; its airport is made of its number, so that no row hides another. */
interface SourceRow {
  readonly happened: number;
  readonly created: number;
}

describe("materializeIncremental()", () => {
  let world: IngestionWorld;
  beforeEach(async () => {
    world = await IngestionWorld.create();
  });
  afterEach(() => world.close());

  const incremental = (to?: number, view = "airport_created") => {
    const end = to === undefined ? {} : { toUs: hour(to) };
    const request = create(MaterializeIncrementalRequestSchema, {
      project: "default",
      featureView: view,
      ...end,
    });
    return last(materializeIncremental(world.deps, request, never));
  };
  const manual = (from: number, to: number, view = "airport_created") =>
    last(materialize(world.deps, world.view(view), { fromUs: hour(from), toUs: hour(to) }, never));

  const writeCreated = (rows: readonly SourceRow[]) =>
    world.writeCsv(
      "created.csv",
      "airport,event_timestamp,created,departures",
      rows.map(({ happened, created }, i) => `A${i},${iso(hour(happened))},${iso(hour(created))},${i}`),
    );
  const writeHourly = (happened: readonly number[]) =>
    world.writeCsv(
      "hourly.csv",
      "airport,event_timestamp,departures,mean_delay",
      happened.map((at, i) => `A${i},${iso(hour(at))},${i},1`),
    );
  /** Numbers of the rows that are stored. */
  async function stored(count: number, view = "airport_created"): Promise<number[]> {
    const found = await Promise.all(Array.from({ length: count }, (_, i) => world.read(view, `A${i}`)));
    return found.flatMap((row, i) => (row === undefined ? [] : [i]));
  }

  it("takes a row that was created before the last run and happens after its end", async () => {
    await writeCreated([
      { happened: -1, created: -5 },
      { happened: -3, created: -3 },
    ]);
    await incremental(-2);
    expect(await stored(2)).toEqual([1]);
    await incremental();
    expect(await stored(2)).toEqual([0, 1]);
  });

  it("takes what is older than a run that began after a gap, with and without a created column", async () => {
    await writeCreated([
      { happened: -50, created: -50 },
      { happened: -3, created: -3 },
    ]);
    await writeHourly([-50, -3]);
    for (const view of ["airport_created", "airport_hourly"]) {
      await manual(-4, 0, view);
      expect(await stored(2, view)).toEqual([1]);
      await incremental(0, view);
      expect(await stored(2, view)).toEqual([0, 1]);
    }
  });

  it("goes on after a run that joins what is covered, and reads no more than the overlap again", async () => {
    await writeHourly([-100, -90, -1]);
    await incremental(-95, "airport_hourly");
    await manual(-95, -40, "airport_hourly");
    const done = await incremental(0, "airport_hourly");
    expect(done).toMatchObject({ fromUs: hour(-64), rowsRead: 1n });
    expect(await stored(3, "airport_hourly")).toEqual([0, 1, 2]);
  });

  // A created time in the future would else be the mark that all later rows are behind.
  it("leaves a row that is not created yet until it is, and misses none that is created before it (semantics 9)", async () => {
    await writeCreated([
      { happened: -3, created: 10 },
      { happened: -3, created: -2 },
    ]);
    await incremental();
    expect(await stored(3)).toEqual([1]);
    await world.clock.advance(3_600_000);
    await writeCreated([
      { happened: -3, created: 10 },
      { happened: -3, created: -2 },
      { happened: -9, created: 1 },
    ]);
    await incremental();
    expect(await stored(3)).toEqual([1, 2]);
    await world.clock.advance(10 * 3_600_000);
    await incremental();
    expect(await stored(3)).toEqual([0, 1, 2]);
  });

  it("has nothing to do where the end is covered, and refuses an end that no time can be", async () => {
    await writeHourly([-50]);
    await incremental(0, "airport_hourly");
    expect(await incremental(-30, "airport_hourly")).toMatchObject({ run: 0n, done: true });
    const request = { project: "default", featureView: "airport_hourly", toUs: -(2n ** 63n) };
    await expect(
      last(materializeIncremental(world.deps, create(MaterializeIncrementalRequestSchema, request), never)),
    ).rejects.toMatchObject({ kind: "INVALID_REQUEST", field: "to_us" });
  });

  const sourceRows = fc.array(
    fc.record({ happened: fc.integer({ min: 0, max: 12 }), created: fc.integer({ min: 0, max: 10 }) }),
    { minLength: 1, maxLength: 12 },
  );
  const runs = fc.array(
    fc.record({
      at: fc.integer({ min: 1, max: 10 }),
      from: fc.option(fc.integer({ min: -1, max: 9 }), { nil: undefined }),
      to: fc.integer({ min: 0, max: 10 }),
    }),
    { maxLength: 4 },
  );

  it(
    "misses no row, whatever ran before, where rows come when they are created",
    { timeout: 300_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(sourceRows, runs, async (rows, ops) => {
          await world.close();
          world = await IngestionWorld.create();
          let now = 0;
          for (const { at, from, to } of [...ops, { at: 10, from: undefined, to: 10 }].sort(
            (a, b) => a.at - b.at,
          )) {
            await world.clock.advance((at - now) * 3_600_000);
            now = at;
            // What is not there yet leaves its number to it.
            await world.writeCsv("created.csv", "airport,event_timestamp,created,departures", [
              ...rows.flatMap(({ happened, created }, i) =>
                created > at ? [] : [`A${i},${iso(hour(happened))},${iso(hour(created))},${i}`],
              ),
            ]);
            const end = Math.min(to, at);
            if (from === undefined) await incremental(end);
            else if (from < end) await manual(from, end);
          }
          const due = rows.flatMap(({ happened, created }, i) => (happened < 10 && created <= 10 ? [i] : []));
          expect(await stored(rows.length)).toEqual(due);
        }),
        { numRuns: Number(process.env.TIMEWELL_RUNS ?? 8) },
      );
    },
  );
});
