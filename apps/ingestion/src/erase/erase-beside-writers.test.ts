import { create } from "@bufbuild/protobuf";
import {
  BackfillRequestSchema,
  EraseEntityRequestSchema,
  FindEntityRequestSchema,
} from "@timewell/contracts";
import { encodeKey } from "@timewell/keys";
import { type ApplyOptions, InMemoryOnlineStore, type OnlineWrite } from "@timewell/store-ports";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { backfill } from "../backfill/backfill.ts";
import { hourUs, IngestionWorld, startUs } from "../ingestion-world.testdata.ts";
import { materialize } from "../materialize.ts";
import { rebuildOnline, rewriteSegments } from "../rebuild-online.ts";
import { flushSegments } from "../segment-writer.ts";
import { rewriteTiles } from "../windows/rebuild-windows.ts";
import { batchPartOf, windowedView } from "../windows/windows-world.testdata.ts";
import { eraseEntity } from "./erase-entity.ts";
import { findEntity } from "./find-entity.ts";

const text = (value: string) => ({ kind: { case: "stringValue" as const, value } });
const never = new AbortController().signal;
const range = { fromUs: startUs - 10n * hourUs, toUs: startUs };
const at = "2025-12-31T22:00:00Z";

async function collect<T>(parts: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const part of parts) all.push(part);
  return all;
}

/** Holds batches with rows of airports back, when it is told to. */
class HoldingStore extends InMemoryOnlineStore {
  #keys: readonly Buffer[] = [];
  #go = Promise.resolve();
  held = 0;

  /** Returns what lets them go. */
  hold(held: readonly string[]): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#keys = held.map(keyOf);
    this.#go = promise;
    return () => {
      this.#keys = [];
      resolve();
    };
  }

  override async apply(writes: readonly OnlineWrite[], options?: ApplyOptions) {
    if (writes.some(({ entityKey }) => this.#keys.some((key) => key.equals(entityKey)))) {
      this.held++;
      await this.#go;
    }
    return super.apply(writes, options);
  }
}

const keyOf = (airport: string) => Buffer.from(encodeKey(["STRING"], [airport]));
const windows = "departures_with_files";

describe("eraseEntity() beside who writes what was read before", () => {
  let world: IngestionWorld;
  let store: HoldingStore;

  const entity = (airport: string) => ({
    project: "default",
    entity: "airport",
    keys: { airport: text(airport) },
  });
  const push = (featureView: string, airport: string, features: Record<string, ReturnType<typeof text>>) =>
    world.push({
      featureView,
      rows: [{ keys: { airport: text(airport) }, features, eventTimeUs: startUs }],
    });
  const pushAll = async (airport: string) => {
    await push("pushed_only", airport, { note: text(airport) });
    for (const view of ["departures", windows]) await push(view, airport, { flight: text(`F-${airport}`) });
  };
  const applied = () =>
    world.until(async () => (await world.deps.ingestLog.progress()).every((it) => it.applied === it.head));
  const erase = async (airport: string) => {
    const request = create(EraseEntityRequestSchema, entity(airport));
    const parts = await collect(eraseEntity(world.deps, request, "operator"));
    return parts.at(-1)!.receipt!;
  };
  const find = async (airport: string) =>
    (await findEntity(world.deps, create(FindEntityRequestSchema, entity(airport)))).found!;
  const isOnline = async (viewId: number, airport: string) =>
    (await store.read([{ viewId, entityKey: keyOf(airport) }]))[0] !== undefined;

  beforeAll(async () => {
    const plain = await IngestionWorld.create();
    store = new HoldingStore(plain.clock);
    world = plain.withStore(store);
    const rows = (values: (airport: string) => string) =>
      ["SFO", "SEA"].map((airport) => `${airport},${at},${values(airport)}`);
    const times = "airport,event_timestamp";
    await world.writeCsv(
      "hourly.csv",
      `${times},departures,mean_delay`,
      rows(() => "1,2.5"),
    );
    await world.writeCsv(
      "departures.csv",
      `${times},flight,delay,reason`,
      rows((one) => `B-${one},1.5,x`),
    );
    for (const name of ["watched", "delayed"])
      await world.writeCsv(`${name}.csv`, `${times},delay,departures`, []);
    await world.writeCsv("created.csv", `${times},created,departures`, []);
    world.applier.start();
    for (const airport of ["SFO", "SEA"]) await pushAll(airport);
    await applied();
    await flushSegments(world.deps, world.applier);
    await pushAll("LAX");
    await applied();
  }, 120_000);
  afterAll(() => world.close());

  it("leaves nothing of what they hold in their hands, and everything of others (semantics 17)", async () => {
    const { deps } = world;
    const request = { project: "default", featureView: "airport_hourly", ...range };
    const hourly = world.view("airport_hourly");
    const pushed = world.view("pushed_only");
    const departures = windowedView(world);
    const release = store.hold(["SEA", "LAX"]);
    const writers: (AsyncIterable<unknown> | Promise<unknown>)[] = [
      materialize(deps, hourly, range, never),
      backfill(deps, create(BackfillRequestSchema, request), never),
      // From the log, as that comes first.
      rebuildOnline(deps, pushed, never),
      rewriteSegments(deps, pushed, never),
      materialize(deps, world.view(windows), range, never),
      rebuildOnline(deps, departures, never),
      rewriteTiles(deps, departures, never),
    ];
    const writing = writers.map((writer) => (writer instanceof Promise ? writer : collect(writer)));
    await world.until(() => store.held === writers.length);
    for (const airport of ["SEA", "LAX"]) await erase(airport);
    release();
    await Promise.all(writing);
    const places = [
      ["rows of files", hourly.id, "SEA"],
      ["rows of segments", pushed.id, "SEA"],
      ["rows of the log", pushed.id, "LAX"],
      ["windows of files", batchPartOf(world.view(windows)), "SEA"],
      ["windows of segments", departures.id, "SEA"],
      ["windows of the log", departures.id, "LAX"],
    ] as const;
    for (const [what, viewId, airport] of places) {
      expect(await isOnline(viewId, airport), what).toBe(false);
      expect(await isOnline(viewId, "SFO"), what).toBe(true);
    }
  }, 120_000);

  it("takes windows with their part of files, their events, and the ids of these", async () => {
    expect(await find("SFO")).toMatchObject({ onlineRows: 5n, logRows: 3n, segmentRows: 3n });
    const again = async () => {
      await push(windows, "SFO", { flight: text("F-SFO") });
      return (await find("SFO")).logRows;
    };
    expect(await again()).toBe(3n);
    expect(await erase("SFO")).toMatchObject({ onlineRows: 5n, logRows: 3n, segmentRows: 3n });
    expect(await find("SFO")).toMatchObject({ onlineRows: 0n, logRows: 0n, segmentRows: 0n });
    expect(await again()).toBe(1n);
  }, 120_000);
});
