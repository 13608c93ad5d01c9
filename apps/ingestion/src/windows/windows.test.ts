import { clone, create } from "@bufbuild/protobuf";
import { DefinitionsSchema, FeatureSchema, FeatureViewSchema, PushRow_Operation } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { encodeKey } from "@timewell/keys";
import { compileProject, planDefinitions } from "@timewell/model";
import { encodeStoredTiles, readHeader } from "@timewell/row";
import { makeTempFolder } from "@timewell/setup";
import { openLmdbOnlineStore } from "@timewell/store-lmdb";
import { type ApplyOptions, InMemoryOnlineStore, type OnlineWrite } from "@timewell/store-ports";
import { systemClock } from "@timewell/ttl";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { Applier } from "../applier.ts";
import { materialize } from "../materialize.ts";
import { rebuildOnline } from "../rebuild-online.ts";
import { describeWindows } from "./describe-windows.testdata.ts";
import { flushSegments } from "../segment-writer.ts";
import { IngestionWorld, startUs } from "../ingestion-world.testdata.ts";
import { playDepartures } from "./play-departures.testdata.ts";
import {
  airports,
  type Departure,
  departure,
  naiveAnswer,
  onlineAnswer,
  pushRow,
  windowedView,
} from "./windows-world.testdata.ts";

const minuteUs = 60_000_000n;

/** A time as CSV files have it, in µs. */
function time(us: bigint): string {
  const whole = new Date(Number(us / 1_000n)).toISOString().slice(0, -1);
  return `${whole}${String(us % 1_000n).padStart(3, "0")}Z`;
}

describeWindows("memory");
describeWindows(
  "LMDB",
  async () => openLmdbOnlineStore({ path: makeTempFolder("windows"), clock: systemClock() }),
  3,
);

describe("windows and their history", () => {
  let world: IngestionWorld;
  const { pushed, push, applied, expectAnswers } = playDepartures(() => world);

  beforeEach(async () => {
    pushed.length = 0;
    world = await IngestionWorld.create();
  });
  afterEach(() => world.close());

  it("are there again after the store lost everything, from segments and the log", async () => {
    world.applier.start();
    const nowUs = world.clock.nowUs();
    await push(Array.from({ length: 30 }, (_, i) => departure(i, nowUs)));
    await applied();
    await flushSegments(world.deps, world.applier);
    await push(Array.from({ length: 6 }, (_, i) => departure(30 + i, nowUs)));
    await applied();
    await world.applier.stop();
    const lost = world.withStore(new InMemoryOnlineStore(world.clock));
    world = lost;
    await world.clock.advance(60_000);
    world.applier.start();
    await world.until(async () => {
      const marks = await world.deps.onlineStore.watermarks();
      const progress = await world.deps.ingestLog.progress();
      return progress.every(({ partition, head }) => head === (marks.get(partition) ?? 0n));
    });
    await expectAnswers();
  });

  it("are made anew by a rebuild, from segments and the log, while events go on", async () => {
    world.applier.start();
    const nowUs = world.clock.nowUs();
    await push(Array.from({ length: 20 }, (_, i) => departure(i, nowUs)));
    await applied();
    expect(await flushSegments(world.deps, world.applier)).toBe(20);
    await push(Array.from({ length: 10 }, (_, i) => departure(20 + i, nowUs)));
    await applied();
    const { id: viewId } = windowedView(world);
    for (const airport of airports) {
      const entityKey = encodeKey(["STRING"], [airport]);
      const [stored] = await world.deps.onlineStore.read([{ viewId, entityKey }]);
      // The same header over other tiles.
      const row = encodeStoredTiles(readHeader(stored!), new Uint8Array([1, 2, 3]));
      await world.deps.onlineStore.apply([{ viewId, entityKey, row, stampAvailableTime: false }], {
        onEqual: "replace",
      });
    }
    const rebuilt = rebuildOnline(world.deps, windowedView(world), new AbortController().signal);
    let isDone = false;
    void (async () => {
      for await (const progress of rebuilt) isDone = progress.done;
    })();
    await push(Array.from({ length: 10 }, (_, i) => departure(30 + i, nowUs)));
    await world.until(() => isDone);
    await world.clock.advance(20_000);
    await applied();
    await expectAnswers();
  });

  it("are made anew from what is applied alone, and once, where a rebuild loses its lease under way", async () => {
    class FencingStore extends InMemoryOnlineStore {
      fences = 0;
      override async apply(writes: readonly OnlineWrite[], options?: ApplyOptions) {
        if (writes.length > 0 && this.fences-- > 0) throw new FeatureStoreError("FENCED", "Cannot apply");
        return super.apply(writes, options);
      }
    }
    const store = new FencingStore(world.clock);
    world = world.withStore(store);
    world.applier.start();
    const events = Array.from({ length: 20 }, (_, i) => departure(i, world.clock.nowUs()));
    await push(events.slice(0, 10));
    await applied();
    await world.applier.stop();
    await push(events.slice(10));
    const waiting = pushed.splice(10);
    store.fences = 2;
    const rebuilt = rebuildOnline(world.deps, windowedView(world), new AbortController().signal);
    for await (const { done } of rebuilt) if (done) expect(store.fences).toBeLessThan(0);
    await expectAnswers();
    world.applier = new Applier(world.deps);
    world.applier.start();
    await applied();
    pushed.push(...waiting);
    await expectAnswers();
  });

  it("answer NULL for a feature that was added, and go on with the others, until a rebuild has counted the history", async () => {
    world.applier.start();
    const nowUs = world.clock.nowUs();
    await push(Array.from({ length: 12 }, (_, i) => departure(i, nowUs)));
    await applied();
    const { snapshot } = world.project;
    const grown = clone(FeatureViewSchema, windowedView(world).definition);
    const [count] = grown.features;
    const longer = clone(FeatureSchema, count!);
    longer.name = "count_10m";
    longer.aggregate!.windowMs = 600_000n;
    grown.features.push(longer);
    const plan = planDefinitions(snapshot, "default", create(DefinitionsSchema, { featureViews: [grown] }));
    const project = compileProject(plan.build({ viewIds: [], appliedAtUs: startUs, appliedBy: "" }));
    await world.applier.stop();
    world = world.withProject(project);
    world.applier.start();
    await world.clock.advance(20_000);
    await push([departure(12, world.clock.nowUs())]);
    await world.until(async () => (await onlineAnswer(world, "SEA", world.clock.nowUs())).length === 8);
    await applied();
    const atUs = world.clock.nowUs();
    const before = await onlineAnswer(world, "SEA", atUs);
    const expected = naiveAnswer(world, pushed, "SEA", atUs);
    expect([before[0], before[7]]).toEqual([expected[0], null]);
    let isDone = false;
    void (async () => {
      for await (const { done } of rebuildOnline(
        world.deps,
        windowedView(world),
        new AbortController().signal,
      ))
        isDone = done;
    })();
    await world.until(() => isDone);
    await expectAnswers();
  });

  it("count events of source files from before the cut-over, and pushed ones from it on, each event id once", async () => {
    const name = "departures_with_files";
    const files: Departure[] = [0, 1, 2, 3, 4, 5].map((i) => ({
      airport: "SEA",
      eventTimeUs: startUs - BigInt(i * 7) * minuteUs - 1n,
      flight: `F${i}`,
      delay: i,
    }));
    const csv = (event: Departure) =>
      [event.airport, event.flight, event.delay, "", time(event.eventTimeUs)].join(",");
    const after = { ...files[0]!, eventTimeUs: startUs, flight: "after" };
    const rows = [...files, files[2]!, after].map(csv);
    await world.writeCsv("departures.csv", "airport,flight,delay,reason,event_timestamp", rows);
    await world.clock.advance(1_000);
    const view = windowedView(world, name);
    for (let run = 0; run < 2; run++) {
      for await (const _ of materialize(
        world.deps,
        view,
        { fromUs: 0n, toUs: startUs },
        new AbortController().signal,
      ));
    }
    world.applier.start();
    const live: Departure = { airport: "SEA", eventTimeUs: startUs, flight: "live", delay: 90 };
    await world.push({ featureView: name, rows: [live, live].map(pushRow) });
    await applied();
    const atUs = world.clock.nowUs();
    const expected = naiveAnswer(world, [...files, live], "SEA", atUs, name);
    expect(await onlineAnswer(world, "SEA", atUs, name)).toEqual(expected);
    const lost = world.withStore(new InMemoryOnlineStore(world.clock));
    await world.applier.stop();
    await world.clock.advance(60_000);
    world = lost;
    world.applier.start();
    await world.until(async () => (await onlineAnswer(world, "SEA", atUs, name))[1] === expected[1]);
    expect(await onlineAnswer(world, "SEA", atUs, name)).toEqual(expected);
  });

  it("refuse a delete, a text that no answer could hold, and an event from before the files cease to count", async () => {
    const keys = pushRow(departure(1, startUs)).keys;
    const { results } = await world.push({
      featureView: "departures",
      rows: [{ keys, operation: PushRow_Operation.DELETE, eventTimeUs: startUs }],
    });
    expect(results[0]!.outcome.value).toMatchObject({ kind: "INVALID_VALUE" });
    const long = { ...departure(1, startUs), flight: "x".repeat(30_000) };
    const tooLong = await world.push({ featureView: "departures", rows: [pushRow(long)] });
    expect(tooLong.results[0]!.outcome.value).toMatchObject({
      kind: "INVALID_VALUE",
      message: expect.stringContaining("flight has 30000 bytes") as string,
    });
    const early = await world.push({
      featureView: "departures_with_files",
      rows: [pushRow({ ...departure(1, startUs), eventTimeUs: startUs - 1n })],
    });
    expect(early.results[0]!.outcome.value).toMatchObject({ kind: "INVALID_EVENT_TIME" });
  });
});
