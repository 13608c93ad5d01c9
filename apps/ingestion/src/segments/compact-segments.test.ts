import { copyFile, readdir, utimes } from "node:fs/promises";
import { join } from "node:path";

import { FeatureStoreError } from "@timewell/errors";
import { payloadOf, readHeader } from "@timewell/row";
import { type FailPoint, InMemoryOfflineCatalog, type ManifestCommit } from "@timewell/store-ports";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { hourUs, IngestionWorld, startUs } from "../ingestion-world.testdata.ts";
import { segmentPaths } from "../segment-paths.ts";
import { flushSegments } from "../segment-writer.ts";
import { deleteMergedSegments, deleteOrphans } from "./collect-segment-garbage.ts";
import { compactSegments, compactWhereDue } from "./compact-segments.ts";
import { defaultUpkeep } from "./upkeep-settings.ts";
import { Upkeep } from "./upkeep.ts";

const never = new AbortController().signal;
const view = "pushed_only";

/** A catalog that lets something happen before each commit. */
class HookedCatalog extends InMemoryOfflineCatalog {
  before: (change: ManifestCommit) => Promise<void> = async () => undefined;

  override async commit(baseVersion: bigint, change: ManifestCommit): Promise<bigint> {
    await this.before(change);
    return super.commit(baseVersion, change);
  }
}

describe("compaction of segments", () => {
  let world: IngestionWorld;
  let catalog: HookedCatalog;
  let reached: (name: FailPoint) => void;
  beforeEach(async () => {
    reached = () => undefined;
    const made = await IngestionWorld.create({ upkeep: { ...defaultUpkeep, segmentsMin: 3 } });
    catalog = new HookedCatalog();
    world = made.with({ failPoint: (name) => reached(name), offlineCatalog: catalog });
    world.applier.start();
  });
  afterEach(() => world.close());

  /** Pushes rows and flushes each of them to a segment of its own. */
  async function segments(...notes: string[]): Promise<void> {
    for (const [i, note] of notes.entries()) {
      const keys = { airport: { kind: { case: "stringValue" as const, value: `A${i % 2}` } } };
      const features = { note: { kind: { case: "stringValue" as const, value: note } } };
      await world.push({ featureView: view, rows: [{ keys, features, eventTimeUs: startUs }] });
      await world.until(async () =>
        (await world.deps.ingestLog.progress()).every(({ head, applied }) => head === applied),
      );
      await flushSegments(world.deps, world.applier);
    }
  }

  async function compact(): Promise<{ segmentsMerged: number; segmentsWritten: number; rows: bigint }> {
    let last = { segmentsMerged: 0, segmentsWritten: 0, rows: 0n };
    for await (const progress of compactSegments(
      world.deps,
      { project: "default", featureView: view },
      never,
    ))
      last = progress;
    return last;
  }

  async function listed(): Promise<string[]> {
    return (await world.deps.offlineCatalog.manifest()).segments.map(({ path }) => path);
  }

  async function files(): Promise<string[]> {
    const folder = join("segments", String(world.view(view).id));
    return (await readdir(join(world.deps.offlineRoot, folder))).map((name) => join(folder, name)).sort();
  }

  /** What the manifest's files hold. */
  async function rows(): Promise<string[]> {
    const { segments: all } = await world.deps.offlineCatalog.manifest();
    const { id, codec, keys, input } = world.view(view);
    const history = {
      viewId: id,
      keys,
      features: input.features,
      source: undefined,
      segments: segmentPaths(world.deps.offlineRoot, all, id),
      tail: [],
    };
    const found: string[] = [];
    for await (const batch of world.deps.offlineEngine.scanSegments(history, never))
      for (const row of batch.rows)
        found.push(`${readHeader(row).order} ${String(codec.decode(payloadOf(row))[0])}`);
    return found.sort();
  }

  it("leaves one segment with every row; the old files go after the grace", async () => {
    await segments("a", "b", "c", "d");
    const before = await rows();
    expect(await compact()).toMatchObject({ segmentsMerged: 4, segmentsWritten: 1, rows: 4n });
    expect((await listed()).length).toBe(1);
    expect(await rows()).toEqual(before);
    expect((await files()).length).toBe(5);
    expect(await deleteMergedSegments(world.deps)).toBe(0);
    await world.clock.advance(3_600_000);
    expect(await deleteMergedSegments(world.deps)).toBe(4);
    expect(await files()).toEqual(await listed());
    expect(await world.deps.offlineCatalog.segmentGarbage()).toEqual([]);
    expect(await compact()).toMatchObject({ segmentsMerged: 0, segmentsWritten: 0 });
    expect(await rows()).toEqual(before);
  });

  it("comes by itself once there are enough segments of a size", async () => {
    await segments("a", "b");
    expect(await compactWhereDue(world.deps, never)).toBe(0);
    await segments("c");
    const upkeep = new Upkeep(world.deps, world.applier);
    await upkeep.run(never);
    expect((await listed()).length).toBe(1);
    await segments("d", "e");
    await new Upkeep(world.deps, { leases: () => [] }).run(never);
    expect((await listed()).length, "another process holds the first partition").toBe(3);
  });

  it.each<readonly [FailPoint, number]>([
    ["compact.file-written", 3],
    ["compact.committed", 1],
  ])(
    "stopped at %s, the manifest names %d whole segments, and what is left over goes after the grace",
    async (name, count) => {
      await segments("a", "b", "c");
      const before = await rows();
      reached = (at) => {
        if (at === name) throw new Error("killed");
      };
      await expect(compact()).rejects.toThrow("killed");
      reached = () => undefined;
      expect((await listed()).length).toBe(count);
      expect((await files()).length).toBe(4);
      expect(await rows()).toEqual(before);
      expect(await deleteOrphans(world.deps), "a young file may be on its way").toBe(0);
      await age(await files());
      await world.clock.advance(3_600_000);
      await deleteMergedSegments(world.deps);
      expect(await deleteOrphans(world.deps)).toBe(count === 3 ? 1 : 0);
      expect(await files()).toEqual(await listed());
      expect(await rows()).toEqual(before);
    },
  );

  it("killed between two files that it deletes, it goes on with the others", async () => {
    await segments("a", "b", "c");
    await compact();
    await world.clock.advance(3_600_000);
    let removed = 0;
    reached = (at) => {
      if (at === "compact.file-removed" && ++removed === 2) throw new Error("killed");
    };
    await expect(deleteMergedSegments(world.deps)).rejects.toThrow("killed");
    expect((await files()).length).toBe(2);
    reached = () => undefined;
    expect(await deleteMergedSegments(world.deps)).toBe(3);
    expect(await files()).toEqual(await listed());
  });

  it("takes its place beside what was flushed meanwhile", async () => {
    await segments("a", "b");
    const { segments: old } = await world.deps.offlineCatalog.manifest();
    reached = (at) => {
      if (at !== "compact.file-written") return;
      void world.deps.offlineCatalog.commit(2n, {
        added: [{ ...old[0]!, path: "segments/9/other.parquet", viewId: 9 }],
        removed: [],
        flushed: new Map(),
      });
    };
    expect(await compact()).toMatchObject({ segmentsMerged: 2, segmentsWritten: 1 });
    const after = await listed();
    expect(after.length).toBe(2);
    expect(after).toContain("segments/9/other.parquet");
    expect((await files()).length).toBe(3);
  });

  it("gives way where one of its segments was replaced meanwhile", async () => {
    await segments("a", "b");
    const [first] = await listed();
    reached = (at) => {
      if (at !== "compact.file-written") return;
      void world.deps.offlineCatalog.commit(2n, { added: [], removed: [first!], flushed: new Map() });
    };
    expect(await compact()).toMatchObject({ segmentsMerged: 0, segmentsWritten: 0 });
    expect((await listed()).length).toBe(1);
    expect((await files()).length, "the merged file is gone").toBe(2);
  });

  it("does not name a file that somebody took for an orphan meanwhile", async () => {
    await segments("a", "b");
    const before = await rows();
    await world.clock.advance(3_600_000);
    let orphans = 0;
    catalog.before = async ({ added: [added] }) => {
      if (added === undefined || orphans > 0) return;
      // This process stood still for an hour: its file is old, and no manifest names it.
      await age([added.path]);
      orphans = await deleteOrphans(world.deps);
    };
    expect(await compact()).toMatchObject({ segmentsMerged: 0 });
    expect(orphans).toBe(1);
    expect((await listed()).length).toBe(2);
    expect(await rows()).toEqual(before);
  });

  it("deletes partial files, and leaves files alone that are not segments", async () => {
    await segments("a");
    const folder = join(world.deps.offlineRoot, "segments", String(world.view(view).id));
    const names = ["x.parquet.partial", "notes.txt"];
    for (const name of names)
      await copyFile(join(world.deps.offlineRoot, (await listed())[0]!), join(folder, name));
    await age(await files());
    await world.clock.advance(3_600_000);
    expect(await deleteOrphans(world.deps)).toBe(1);
    expect((await files()).map((path) => path.split("/").pop())).toContain("notes.txt");
  });

  it("refuses a merge that does not have the rows that the manifest promises, with DATA_LOSS", async () => {
    await segments("a", "b");
    const { segments: old } = await world.deps.offlineCatalog.manifest();
    const lying = { ...old[0]!, path: old[0]!.path.replace(".parquet", "-copy.parquet"), rows: 9 };
    await world.deps.offlineCatalog.commit(2n, {
      added: [lying],
      removed: [old[0]!.path],
      flushed: new Map(),
    });
    await copyFile(join(world.deps.offlineRoot, old[0]!.path), join(world.deps.offlineRoot, lying.path));
    await expect(compact()).rejects.toThrow(FeatureStoreError);
    expect((await listed()).length).toBe(2);
  });

  /** As if they had been written an hour and a bit before the world began. */
  async function age(paths: readonly string[]): Promise<void> {
    const beforeS = Number((startUs - hourUs) / 1_000_000n);
    for (const path of paths) await utimes(join(world.deps.offlineRoot, path), beforeS, beforeS);
  }
});
