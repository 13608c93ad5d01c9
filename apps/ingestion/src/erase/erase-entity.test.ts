import { copyFile, readdir } from "node:fs/promises";
import { basename, join } from "node:path";

import { create } from "@bufbuild/protobuf";
import { EraseEntityRequestSchema, type EraseReceipt, FindEntityRequestSchema } from "@timewell/contracts";
import {
  type FailPoint,
  failPoints,
  InMemoryOnlineStore,
  type OnlineStore,
  type OnlineWrite,
} from "@timewell/store-ports";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { Applier } from "../applier.ts";
import type { IngestionDeps } from "../ingestion-deps.ts";
import { hourUs, IngestionWorld, startUs } from "../ingestion-world.testdata.ts";
import { rebuildOnline } from "../rebuild-online.ts";
import { flushSegments } from "../segment-writer.ts";
import { eraseEntity } from "./erase-entity.ts";
import { findEntity } from "./find-entity.ts";

const text = (value: string) => ({ kind: { case: "stringValue" as const, value } });
const row = (airport: string, delay: number, eventTimeUs: bigint) => ({
  keys: { airport: text(airport) },
  features: { delay: { kind: { case: "doubleValue" as const, value: delay } } },
  eventTimeUs,
});

describe("eraseEntity()", () => {
  let world: IngestionWorld;
  beforeEach(async () => {
    world = await IngestionWorld.create();
    await world.writeCsv("watched.csv", "airport,event_timestamp,delay", []);
  });
  afterEach(() => world.close());

  const entity = (airport: string) => ({
    project: "default",
    entity: "airport",
    keys: { airport: text(airport) },
  });

  async function erase(airport = "SEA", deps: IngestionDeps = world.deps): Promise<EraseReceipt> {
    const request = create(EraseEntityRequestSchema, { ...entity(airport), reason: "asked for" });
    let receipt: EraseReceipt | undefined;
    for await (const part of eraseEntity(deps, request, "operator")) receipt = part.receipt;
    return receipt!;
  }

  const find = async (airport = "SEA") =>
    (await findEntity(world.deps, create(FindEntityRequestSchema, entity(airport)))).found!;

  const push = (rows: ReturnType<typeof row>[]) => world.push({ featureView: "watched", rows });

  async function applied(): Promise<void> {
    await world.until(async () =>
      (await world.deps.ingestLog.progress()).every((it) => it.applied === it.head),
    );
  }

  async function flush(): Promise<void> {
    await applied();
    await flushSegments(world.deps, world.applier);
  }

  /** Rows in segments, in the log, in quarantine and online, of two entities. */
  async function fill(): Promise<void> {
    world.applier.start();
    await push([row("SEA", 1, startUs - 3n * hourUs), row("SFO", 1, startUs - 3n * hourUs)]);
    await flush();
    await push([row("SEA", 2, startUs - 2n * hourUs)]);
    await flush();
    await push([row("SFO", 3, startUs - hourUs), row("SEA", 3, startUs - hourUs), row("SEA", -100, startUs)]);
    await push([row("SFO", -100, startUs)]);
    await applied();
  }

  const left = {
    onlineRows: 0n,
    logRows: 0n,
    segmentRows: 0n,
    quarantinedRows: 0n,
    trainingSetIds: [],
    labelFiles: 0,
  };

  it("removes an entity from everywhere and says what was where; nobody else loses a row (semantics 17)", async () => {
    await fill();
    const others = await find("SFO");
    expect(await find()).toMatchObject({ onlineRows: 1n, logRows: 3n, segmentRows: 2n, quarantinedRows: 1n });
    const receipt = await erase();
    expect(receipt).toMatchObject({
      id: expect.stringMatching(/^er_[0-9a-f]{32}$/) as string,
      entity: "airport",
      reason: "asked for",
      erasedBy: "operator",
      erasedAtUs: world.clock.nowUs(),
      onlineRows: 1n,
      logRows: 3n,
      segmentRows: 2n,
      segmentsRewritten: 2,
      quarantinedRows: 1n,
    });
    expect(await find()).toMatchObject(left);
    expect(await find("SFO")).toEqual(others);
    const { segments } = await world.deps.offlineCatalog.manifest();
    const files = await readdir(join(world.deps.offlineRoot, "segments", String(world.view("watched").id)));
    expect(files.sort()).toEqual(segments.map(({ path }) => basename(path)).sort());
    expect(await world.deps.offlineCatalog.segmentGarbage()).toEqual([]);
  });

  it("keeps it away: nothing of before comes back by a rebuild, a flush or the next holder of the lease", async () => {
    await fill();
    await erase();
    await flush();
    const signal = new AbortController().signal;
    for await (const _ of rebuildOnline(world.deps, world.view("watched"), signal));
    world.applier = new Applier(world.deps);
    world.applier.start();
    await applied();
    expect(await find()).toMatchObject(left);
    expect(await world.read("watched", "SFO")).toMatchObject({ values: [3] });
  });

  it("takes pushes of the entity that come later as new ones", async () => {
    await fill();
    await erase();
    await push([row("SEA", 9, startUs - 10n * hourUs)]);
    await world.until(async () => (await world.read("watched", "SEA")) !== undefined);
    expect((await world.read("watched", "SEA"))?.values).toEqual([9]);
    expect(await erase()).toMatchObject({ onlineRows: 1n, logRows: 1n, segmentRows: 0n });
  });

  it("deletes files that killed processes and merges left, where they hold it", async () => {
    await fill();
    const { segments } = await world.deps.offlineCatalog.manifest();
    const old = segments.map(({ path }) => join(world.deps.offlineRoot, path));
    const folder = join(world.deps.offlineRoot, "segments", String(world.view("watched").id));
    await copyFile(old[0]!, join(folder, "orphan.parquet"));
    await copyFile(old[0]!, join(folder, "cut.parquet.partial"));
    expect(await find()).toMatchObject({ segmentRows: 3n });
    await erase();
    expect(await find()).toMatchObject(left);
    const after = (await world.deps.offlineCatalog.manifest()).segments;
    expect((await readdir(folder)).sort()).toEqual(after.map(({ path }) => basename(path)).sort());
  });

  it("removes it from views that were deleted, too", async () => {
    await fill();
    const watched = world.view("watched");
    const isOther = ([id]: [number, unknown]) => id !== watched.id;
    const project = {
      ...world.project,
      viewsById: new Map([...world.project.viewsById].filter(isOther)),
      views: new Map([...world.project.views].filter(([name]) => name !== "watched")),
    };
    const definitions = {
      project: () => project,
      projects: () => [project],
      ageMs: () => 0,
      deletedView: async (id: number) => (id === watched.id ? watched : undefined),
    };
    const receipt = await erase("SEA", { ...world.deps, definitions });
    expect(receipt).toMatchObject({ onlineRows: 1n, logRows: 3n, segmentRows: 2n, quarantinedRows: 1n });
    expect(await find()).toMatchObject(left);
  });

  it("refuses what an applier has read before and sends after", async () => {
    const held = Promise.withResolvers<void>();
    let reached = false;
    class SlowStore extends InMemoryOnlineStore {
      override async apply(writes: readonly OnlineWrite[], options?: Parameters<OnlineStore["apply"]>[1]) {
        if (writes.length > 0 && !reached) {
          reached = true;
          await held.promise;
        }
        return super.apply(writes, options);
      }
    }
    world = world.withStore(new SlowStore(world.clock));
    world.applier.start();
    await push([row("SEA", 1, startUs)]);
    await world.until(() => reached);
    expect(await erase()).toMatchObject({ logRows: 1n });
    held.resolve();
    await push([row("SFO", 1, startUs)]);
    await applied();
    expect(await find()).toMatchObject(left);
    // What is left of its rows in the log is nobody's.
    const nobody = { viewId: world.view("watched").id, entityKey: new Uint8Array() };
    expect(await world.deps.onlineStore.read([nobody])).toEqual([undefined]);
  });

  it("lets no flush commit that has read the rows before", async () => {
    world.applier.start();
    await push([row("SEA", 1, startUs), row("SFO", 1, startUs)]);
    await applied();
    const { offlineCatalog } = world.deps;
    const held = Promise.withResolvers<void>();
    let reached = false;
    const slow: typeof offlineCatalog = Object.assign(Object.create(offlineCatalog), {
      manifest: () => offlineCatalog.manifest(),
      commit: async (...args: Parameters<typeof offlineCatalog.commit>) => {
        reached = true;
        await held.promise;
        return offlineCatalog.commit(...args);
      },
    });
    const flushing = flushSegments({ ...world.deps, offlineCatalog: slow }, world.applier);
    await world.until(() => reached);
    await erase();
    held.resolve();
    await flushing;
    await flush();
    expect(await find()).toMatchObject(left);
    expect(await find("SFO")).toMatchObject({ segmentRows: 1n });
  });

  it("names source files that hold the entity, and leaves them alone", async () => {
    await world.writeCsv("watched.csv", "airport,event_timestamp,delay", [
      "SEA,2026-01-01T00:00:00Z,1",
      "SFO,2026-01-01T00:00:00Z,1",
      "SEA,2026-01-01T01:00:00Z,2",
    ]);
    const { sourceRows } = await erase();
    expect(sourceRows).toMatchObject([{ view: "watched", path: "watched.csv", rows: 2n }]);
    expect((await find()).sourceRows).toEqual(sourceRows);
  });

  it("is finished by the next call under the same receipt, wherever it was cut", async () => {
    await fill();
    const points = failPoints.filter((name) => name.startsWith("erase.")).flatMap((name) => [name, name]);
    const waiting = [...points];
    const failPoint = (name: FailPoint) => {
      const at = waiting.indexOf(name);
      if (at >= 0) throw new Error(`cut at ${waiting.splice(at, 1)[0]}`);
    };
    for (const point of points)
      await expect(erase("SEA", { ...world.deps, failPoint })).rejects.toThrow(`cut at ${point}`);
    expect(await erase()).toMatchObject({
      onlineRows: 1n,
      logRows: 3n,
      segmentRows: 2n,
      segmentsRewritten: 2,
    });
    const { receipts } = await findEntity(world.deps, create(FindEntityRequestSchema, entity("SEA")));
    expect(receipts).toHaveLength(1);
    expect(await find()).toMatchObject(left);
    expect(await find("SFO")).toMatchObject({ onlineRows: 1n, logRows: 2n, segmentRows: 1n });
  }, 120_000);

  it.for<[string, Parameters<typeof entity>[0] | undefined, object, string, string]>([
    ["an entity that is not there", "SEA", { entity: "airprt" }, "ENTITY_NOT_FOUND", "airport"],
    ["a key that is missing", "SEA", { keys: {} }, "INVALID_KEY", "key airport is missing"],
    [
      "a key that is unknown",
      "SEA",
      { keys: { airport: text("SEA"), x: text("") } },
      "INVALID_KEY",
      "no key x",
    ],
    ["a long reason", "SEA", { reason: "x".repeat(1_025) }, "INVALID_REQUEST", "1025 characters"],
  ])("refuses %s", async ([, airport, parts, kind, part]) => {
    const request = create(EraseEntityRequestSchema, { ...entity(airport!), ...parts });
    const erasing = eraseEntity(world.deps, request, "").next();
    await expect(erasing).rejects.toMatchObject({ kind, message: expect.stringContaining(part) as string });
  });
});
