import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { InMemoryOnlineStore } from "@timewell/store-ports";
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

  it("keeps rows that wait for their event time in the log", async () => {
    await world.push({ featureView: "pushed_only", rows: [row("SEA", "later", startUs + 120_000_000n)] });
    await world.until(() => world.applier.leases().length === 64);
    expect(await flushSegments(world.deps, world.applier)).toBe(0);
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
});
