import { access, readdir } from "node:fs/promises";
import { join } from "node:path";

import { FeatureStoreError } from "@timewell/errors";
import { InMemoryOnlineStore } from "@timewell/store-ports";
import { timeMinUs } from "@timewell/ttl";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { IngestionWorld, hourUs, startUs } from "./ingestion-world.testdata.ts";
import { rewriteSegments } from "./rebuild-online.ts";
import { flushSegments } from "./segment-writer.ts";

const row = (airport: string, note: string, eventTimeUs = startUs) =>
  ({
    keys: { airport: { kind: { case: "stringValue", value: airport } } },
    features: { note: { kind: { case: "stringValue", value: note } } },
    eventTimeUs,
  }) as const;

describe("flushSegments()", () => {
  let world: IngestionWorld;
  beforeEach(async () => {
    world = await IngestionWorld.create();
    world.applier.start();
  });
  afterEach(() => world.close());

  async function pushed(...rows: ReturnType<typeof row>[]): Promise<void> {
    await world.push({ featureView: "pushed_only", rows });
    await world.until(() => world.applier.backlogRows() === 0n && world.applier.leases().length === 64);
    await world.until(async () =>
      (await world.deps.ingestLog.progress()).every(({ head, applied }) => head === applied),
    );
  }

  it("moves applied rows to segments with one manifest commit, and nothing twice", async () => {
    await pushed(row("SEA", "a"), row("SFO", "b"), row("LAX", "c"));
    expect(await flushSegments(world.deps, world.applier)).toBe(3);
    expect(await flushSegments(world.deps, world.applier)).toBe(0);
    const manifest = await world.deps.offlineCatalog.manifest();
    expect(manifest.version).toBe(1n);
    expect(manifest.segments.map(({ rows }) => rows)).toEqual([3]);
    await pushed(row("SEA", "d"));
    expect(await flushSegments(world.deps, world.applier)).toBe(1);
  });

  it("keeps a row of the earliest time that there is, and a rebuild reads it (semantics 1)", async () => {
    await pushed(row("SEA", "a", timeMinUs));
    await flushSegments(world.deps, world.applier);
    const lost = world.withStore(new InMemoryOnlineStore(world.clock));
    for await (const _ of rewriteSegments(lost.deps, lost.view("pushed_only"), new AbortController().signal));
    expect(await lost.read("pushed_only", "SEA")).toMatchObject({ eventTimeUs: timeMinUs, values: ["a"] });
  });

  it("keeps rows that wait for their event time in the log", async () => {
    const later = row("SEA", "later", startUs + 120_000_000n);
    await world.push({ featureView: "pushed_only", rows: [row("SEA", "now"), later] });
    await world.until(async () =>
      (await world.deps.ingestLog.progress()).some(({ applied }) => applied > 0n),
    );
    expect(await flushSegments(world.deps, world.applier)).toBe(1);
  });

  it("drops flushed rows from the log after the retention, and a rebuild still finds them", async () => {
    await pushed(row("SEA", "a"));
    await world.clock.advance(Number((25n * hourUs) / 1000n));
    expect(await flushSegments(world.deps, world.applier)).toBe(1);
    const manifest = await world.deps.offlineCatalog.manifest();
    const [[partition] = [0]] = [...manifest.flushed];
    expect(await world.deps.ingestLog.read(partition, 0n, 10)).toEqual([]);

    const lost = world.withStore(new InMemoryOnlineStore(world.clock));
    const view = lost.view("pushed_only");
    for await (const _ of rewriteSegments(lost.deps, view, new AbortController().signal));
    expect((await lost.read("pushed_only", "SEA"))?.values).toEqual(["a"]);
    expect((await lost.read("pushed_only", "SEA"))?.availableTimeUs).toBe(
      (await world.read("pushed_only", "SEA"))?.availableTimeUs,
    );
  });

  it("keeps the rows of a view that was deleted, and waits where nobody can tell what it was", async () => {
    await pushed(row("SEA", "a"));
    const view = world.view("pushed_only");
    const without = (deletedView: () => Promise<typeof view>) => ({
      ...world.deps,
      definitions: { project: () => world.project, projects: () => [], ageMs: () => 0, deletedView },
    });
    await world.clock.advance(60_000);
    const unknown = new FeatureStoreError("REGISTRY_UNAVAILABLE", "Cannot ask the registry");
    const waiting = flushSegments(
      without(() => Promise.reject(unknown)),
      world.applier,
    );
    await expect(waiting).rejects.toBe(unknown);
    const deps = without(() => Promise.resolve(view));
    expect(await flushSegments(deps, world.applier)).toBe(1);
    const { segments } = await world.deps.offlineCatalog.manifest();
    expect(segments.map(({ viewId, rows }) => [viewId, rows])).toEqual([[view.id, 1]]);
  });

  it("leaves no file behind where the manifest moved on meanwhile", async () => {
    await pushed(row("SEA", "a"));
    const { offlineCatalog } = world.deps;
    const stale = { ...(await offlineCatalog.manifest()) };
    await offlineCatalog.commit(stale.version, { added: [], removed: [], flushed: new Map() });
    const frozen = Object.assign(Object.create(offlineCatalog) as typeof offlineCatalog, {
      manifest: () => Promise.resolve(stale),
      commit: offlineCatalog.commit.bind(offlineCatalog),
    });
    expect(await flushSegments({ ...world.deps, offlineCatalog: frozen }, world.applier)).toBe(0);
    expect(
      await readdir(join(world.deps.offlineRoot, "segments", String(world.view("pushed_only").id))),
    ).toEqual([]);
  });

  it("keeps the files of a commit whose answer was lost: the manifest names them", async () => {
    await pushed(row("SEA", "a"));
    const { offlineCatalog } = world.deps;
    const deaf = Object.assign(Object.create(offlineCatalog) as typeof offlineCatalog, {
      manifest: offlineCatalog.manifest.bind(offlineCatalog),
      commit: async (...args: Parameters<typeof offlineCatalog.commit>) => {
        await offlineCatalog.commit(...args);
        throw new FeatureStoreError("STORE_UNAVAILABLE", "Cannot hear the answer");
      },
    });
    const flushing = flushSegments({ ...world.deps, offlineCatalog: deaf }, world.applier);
    await expect(flushing).rejects.toMatchObject({ kind: "STORE_UNAVAILABLE" });
    const { segments } = await offlineCatalog.manifest();
    expect(segments).toHaveLength(1);
    for (const { path } of segments) await access(join(world.deps.offlineRoot, path));
    expect(await flushSegments(world.deps, world.applier)).toBe(0);
  });

  it("moves everything that is ready, in as many steps as it takes", async () => {
    await pushed(...Array.from({ length: 300 }, (_, i) => row(`A${i}`, "a")));
    expect(await flushSegments(world.deps, world.applier, { stepRows: 50 })).toBe(300);
    expect((await world.deps.offlineCatalog.manifest()).version).toBeGreaterThan(2n);
  });

  it("drops old rows of the log also where nothing new came to their partition", async () => {
    await pushed(row("SEA", "a"));
    await flushSegments(world.deps, world.applier);
    await world.clock.advance(Number((25n * hourUs) / 1000n));
    await world.until(() => world.applier.leases().length === 64);
    expect(await flushSegments(world.deps, world.applier)).toBe(0);
    for (const [partition] of (await world.deps.offlineCatalog.manifest()).flushed)
      expect(await world.deps.ingestLog.read(partition, 0n, 10)).toEqual([]);
  });

  // A store that restarts may have forgotten them, and takes them from the log.
  it("keeps rows of the last ten minutes in the log, however early rows leave it", async () => {
    await world.close();
    world = await IngestionWorld.create({ logRetentionUs: 0n });
    world.applier.start();
    await pushed(row("SEA", "a"));
    const logged = async () => {
      await flushSegments(world.deps, world.applier);
      const [partition = 0] = [...(await world.deps.offlineCatalog.manifest()).flushed.keys()];
      return (await world.deps.ingestLog.read(partition, 0n, 10)).length;
    };
    expect(await logged()).toBe(1);
    await world.clock.advance(11 * 60_000);
    await world.until(() => world.applier.leases().length === 64);
    expect(await logged()).toBe(0);
  });

  it("remembers requests for 24 h however early rows leave the log (semantics 13)", async () => {
    await world.close();
    world = await IngestionWorld.create({ logRetentionUs: 0n });
    world.applier.start();
    const request = { featureView: "pushed_only", requestId: "once", rows: [row("SEA", "a")] };
    const first = await world.push(request);
    await world.clock.advance(3_600_000);
    await pushed(row("SFO", "b"));
    await flushSegments(world.deps, world.applier);
    expect(await world.push(request)).toEqual(first);
  });
});
