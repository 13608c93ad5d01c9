import type {
  Manifest,
  ManifestCommit,
  OfflineCatalog,
  OnlineGap,
  RunResult,
  Segment,
} from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import { describe, expect, it } from "vitest";
import { withEngine, withPlace, type EnginePlaceFactory } from "./engine-place.ts";

/**
 * What an engine may lack:
 *
 * - `persists`: everything is there again after `close` and another `open` of the place;
 * - `shared`: two handles that are open on one place at the same time see one catalog.
 */
export type OfflineCatalogCategory = "persists" | "shared";

/** How to run the suite. */
export interface OfflineCatalogSuiteOptions {
  /** Categories that the engine does not support, each with the reason. */
  readonly gaps?: Partial<Record<OfflineCatalogCategory, string>>;
}

/** Registers the tests that every `OfflineCatalog` must pass. Call it at the top of a test file. */
export function describeOfflineCatalog(
  name: string,
  factory: EnginePlaceFactory<OfflineCatalog>,
  { gaps = {} }: OfflineCatalogSuiteOptions = {},
): void {
  describe(`${name} is an OfflineCatalog`, () => {
    commits(factory);
    refusedCommits(factory);
    garbage(factory);
    runs(factory);
    backfills(factory);
    outages(factory);
    if (gaps.persists === undefined) persists(factory);
    if (gaps.shared === undefined) shared(factory);
  });
}

const eventTimeUs = 1_700_000_000_000_000n;

/** A segment whose numbers need more than 32 bits, and whose event times start before 1970. */
function segment(path: string, viewId = 4_294_967_295): Segment {
  return {
    path,
    viewId,
    schemaRevision: 3,
    rows: 5_000_000_000,
    bytes: 2 ** 53 - 1,
    sha256: "ab".repeat(32),
    eventTimeMinUs: -eventTimeUs,
    eventTimeMaxUs: eventTimeUs,
  };
}

function change(parts: Partial<ManifestCommit>): ManifestCommit {
  return { added: [], removed: [], flushed: new Map(), ...parts };
}

function paths({ segments }: Manifest): string[] {
  return segments.map(({ path }) => path);
}

function withCatalog(
  factory: EnginePlaceFactory<OfflineCatalog>,
  work: (catalog: OfflineCatalog) => Promise<void>,
): Promise<void> {
  return withEngine(factory, new ManualClock(), work);
}

function commits(factory: EnginePlaceFactory<OfflineCatalog>): void {
  it("a new catalog is empty, at version 0", () =>
    withCatalog(factory, async (catalog) => {
      expect(await catalog.manifest()).toEqual({ version: 0n, segments: [], flushed: new Map() });
      await catalog.check();
    }));

  it("commit() adds and removes segments and moves the flushed positions that it names", () =>
    withCatalog(factory, async (catalog) => {
      const first = change({
        added: [segment("v7/b.parquet", 7), segment("v7/a.parquet", 7)],
        flushed: new Map([
          [63, 9_007_199_254_740_993n],
          [0, 5n],
        ]),
      });
      expect(await catalog.commit(0n, first)).toBe(1n);
      const second = change({
        added: [segment("v7/a_b.parquet")],
        removed: ["v7/b.parquet"],
        flushed: new Map([[0, 6n]]),
      });
      expect(await catalog.commit(1n, second)).toBe(2n);
      const manifest = await catalog.manifest();
      expect(manifest).toEqual({
        version: 2n,
        segments: [
          { ...segment("v7/a.parquet", 7), addedVersion: 1n },
          { ...segment("v7/a_b.parquet"), addedVersion: 2n },
        ],
        flushed: new Map([
          [0, 6n],
          [63, 9_007_199_254_740_993n],
        ]),
      });
      expect([...manifest.flushed.keys()]).toEqual([0, 63]);
    }));

  it("commit() of nothing makes a new version", () =>
    withCatalog(factory, async (catalog) => {
      expect(await catalog.commit(0n, change({}))).toBe(1n);
      expect((await catalog.manifest()).version).toBe(1n);
    }));

  it("of eight commits at once on one version exactly one wins", () =>
    withCatalog(factory, async (catalog) => {
      const names = Array.from({ length: 8 }, (_, i) => `v1/${i}.parquet`);
      const results = await Promise.allSettled(
        names.map((path) => catalog.commit(0n, change({ added: [segment(path)] }))),
      );
      const winners = names.filter((_, i) => results[i]!.status === "fulfilled");
      expect(winners.length).toBe(1);
      for (const result of results) {
        if (result.status === "rejected") expect(result.reason).toMatchObject({ kind: "VERSION_CONFLICT" });
      }
      expect(paths(await catalog.manifest())).toEqual(winners);
    }));
}

function refusedCommits(factory: EnginePlaceFactory<OfflineCatalog>): void {
  const cases: readonly (readonly [string, ManifestCommit])[] = [
    ["adds a path that is there", change({ added: [segment("new"), segment("kept")] })],
    ["adds a path that was removed", change({ added: [segment("gone")] })],
    ["adds a path twice", change({ added: [segment("new"), segment("new")] })],
    ["removes a path that never was", change({ removed: ["kept", "nowhere"] })],
    ["removes a path that is gone", change({ removed: ["gone"] })],
    ["moves a flushed position back", change({ added: [segment("new")], flushed: new Map([[3, 9n]]) })],
  ];
  for (const [what, refused] of cases) {
    it(`commit() that ${what} is refused and changes nothing`, () =>
      withCatalog(factory, async (catalog) => {
        const added = [segment("kept"), segment("gone")];
        await catalog.commit(0n, change({ added, flushed: new Map([[3, 10n]]) }));
        await catalog.commit(1n, change({ removed: ["gone"] }));
        const before = await catalog.manifest();
        await expect(catalog.commit(2n, refused)).rejects.toMatchObject({ kind: "INVALID_REQUEST" });
        expect(await catalog.manifest()).toEqual(before);
        await expect(catalog.commit(1n, change({}))).rejects.toMatchObject({ kind: "VERSION_CONFLICT" });
        expect(await catalog.commit(2n, change({ removed: ["kept"] }))).toBe(3n);
      }));
  }
}

function result(parts: Partial<RunResult> = {}): RunResult {
  return {
    finishedAtUs: eventTimeUs + 5n,
    rowsRead: 3,
    rowsWritten: 2,
    eventTimeMaxUs: undefined,
    createdTimeMaxUs: undefined,
    ...parts,
  };
}

function garbage(factory: EnginePlaceFactory<OfflineCatalog>): void {
  it("segmentGarbage() lists what was removed, and when, until it is forgotten", () =>
    withCatalog(factory, async (catalog) => {
      const added = ["a", "b", "c", "d"].map((name) => segment(name));
      await catalog.commit(0n, change({ added }));
      expect(await catalog.segmentGarbage()).toEqual([]);
      await catalog.commit(1n, change({ removed: ["c", "a"], removedAtUs: eventTimeUs }));
      await catalog.commit(2n, change({ removed: ["b"] }));
      expect(await catalog.segmentGarbage()).toEqual([
        { path: "a", removedAtUs: eventTimeUs },
        { path: "b", removedAtUs: 0n },
        { path: "c", removedAtUs: eventTimeUs },
      ]);
      await catalog.forgetGarbage(["a", "b", "d", "x"]);
      expect((await catalog.segmentGarbage()).map(({ path }) => path)).toEqual(["c"]);
      expect(paths(await catalog.manifest())).toEqual(["d"]);
      const again = catalog.commit(3n, change({ added: [segment("a")] }));
      await expect(again).rejects.toMatchObject({ kind: "INVALID_REQUEST" });
    }));
}

function runs(factory: EnginePlaceFactory<OfflineCatalog>): void {
  it("beginRun() gives ascending numbers from 1", () =>
    withCatalog(factory, async (catalog) => {
      expect(await catalog.beginRun(7, 0n, 1n, 2n)).toBe(1n);
      const numbers = await Promise.all(Array.from({ length: 6 }, () => catalog.beginRun(7, 0n, 1n, 2n)));
      expect(new Set(numbers).size).toBe(6);
      for (const number of numbers) expect(number > 1n).toBe(true);
    }));

  it("replaceRuns() puts a run in place of others, and gives no number again", () =>
    withCatalog(factory, async (catalog) => {
      const numbers: bigint[] = [];
      for (let i = 0n; i < 3n; i++) {
        numbers.push(await catalog.beginRun(7, i, i + 1n, eventTimeUs));
        await catalog.finishRun(numbers.at(-1)!, result());
      }
      const [, , last] = await catalog.finishedRuns(7);
      const merged = { ...last!, fromUs: -1n, finished: result({ rowsRead: 3, createdTimeMaxUs: 5n }) };
      await catalog.replaceRuns(merged, numbers.slice(0, 2));
      expect(await catalog.finishedRuns(7)).toEqual([merged]);
      expect(await catalog.beginRun(7, 0n, 1n, 2n)).toBeGreaterThan(merged.run);
    }));

  it("finishedRuns() gives the finished runs of one view version, ascending", () =>
    withCatalog(factory, async (catalog) => {
      const first = await catalog.beginRun(7, -5n, eventTimeUs, eventTimeUs + 1n);
      const other = await catalog.beginRun(8, 0n, 1n, 2n);
      const open = await catalog.beginRun(7, 0n, 1n, 2n);
      const last = await catalog.beginRun(7, 0n, 1n, 2n);
      const full = result({ rowsRead: 5_000_000_000, eventTimeMaxUs: -1n, createdTimeMaxUs: eventTimeUs });
      await catalog.finishRun(last, result());
      await catalog.finishRun(first, full);
      await catalog.finishRun(other, result());
      const range = { viewId: 7, fromUs: 0n, toUs: 1n, startedAtUs: 2n };
      expect(await catalog.finishedRuns(7)).toEqual([
        {
          run: first,
          viewId: 7,
          fromUs: -5n,
          toUs: eventTimeUs,
          startedAtUs: eventTimeUs + 1n,
          finished: full,
        },
        { run: last, ...range, finished: result() },
      ]);
      await catalog.finishRun(open, result());
      expect((await catalog.finishedRuns(7)).map(({ run }) => run)).toEqual([first, open, last]);
      expect(await catalog.finishedRuns(9)).toEqual([]);
    }));

  it("finishRun() keeps the first result and refuses a run that never began", () =>
    withCatalog(factory, async (catalog) => {
      const run = await catalog.beginRun(7, 0n, 1n, 2n);
      await catalog.finishRun(run, result({ rowsRead: 1 }));
      await catalog.finishRun(run, result({ rowsRead: 2, eventTimeMaxUs: 3n }));
      expect((await catalog.finishedRuns(7))[0]!.finished).toEqual(result({ rowsRead: 1 }));
      await expect(catalog.finishRun(99n, result())).rejects.toMatchObject({ kind: "INVALID_REQUEST" });
    }));
}

function outage(fromUs: bigint, toUs: bigint | undefined, parts: Partial<OnlineGap> = {}): OnlineGap {
  return { store: "redis", fromUs, toUs, reason: "UNREACHABLE", ...parts };
}

const backfillRange = {
  viewId: 4_294_967_295,
  fromUs: -eventTimeUs,
  toUs: eventTimeUs,
  chunkUs: 86_400_000_000n,
};

function backfills(factory: EnginePlaceFactory<OfflineCatalog>): void {
  it("a backfill is found again by its range, with the chunks that are done", () =>
    withCatalog(factory, async (catalog) => {
      const first = await catalog.openBackfill(backfillRange, 1n);
      expect(first).toEqual({ ...backfillRange, id: first.id, doneChunks: new Set() });
      await catalog.finishChunk(first.id, 7);
      await catalog.finishChunk(first.id, 7);
      await catalog.finishChunk(first.id, 0);
      expect(await catalog.openBackfill(backfillRange, 2n)).toEqual({
        ...first,
        doneChunks: new Set([0, 7]),
      });
      const other = await catalog.openBackfill({ ...backfillRange, chunkUs: 1n }, 2n);
      expect(other.id > first.id && other.doneChunks.size === 0).toBe(true);
    }));

  it("forgets the chunks of one backfill, and refuses those of none", () =>
    withCatalog(factory, async (catalog) => {
      const one = await catalog.openBackfill(backfillRange, 1n);
      const other = await catalog.openBackfill({ ...backfillRange, viewId: 2 }, 1n);
      for (const { id } of [one, other]) await catalog.finishChunk(id, 1);
      await catalog.forgetChunks(one.id);
      expect((await catalog.openBackfill(backfillRange, 2n)).doneChunks).toEqual(new Set());
      expect((await catalog.openBackfill({ ...backfillRange, viewId: 2 }, 2n)).doneChunks.size).toBe(1);
      await expect(catalog.finishChunk(99n, 0)).rejects.toMatchObject({ kind: "INVALID_REQUEST" });
    }));
}

function outages(factory: EnginePlaceFactory<OfflineCatalog>): void {
  it("recordGap() merges outages of one store, and ends the one that lasts", () =>
    withCatalog(factory, async (catalog) => {
      expect(await catalog.onlineGaps()).toEqual([]);
      await catalog.recordGap(outage(eventTimeUs, undefined));
      await catalog.recordGap(outage(-5n, 5n, { reason: "RESTARTED" }));
      await catalog.recordGap(outage(eventTimeUs - 3n, undefined, { reason: "LOST_DATA" }));
      await catalog.recordGap(outage(eventTimeUs, undefined, { store: "lmdb" }));
      const lmdb = outage(eventTimeUs, undefined, { store: "lmdb" });
      const restarted = outage(-5n, 5n, { reason: "RESTARTED" });
      const lost = outage(eventTimeUs - 3n, undefined, { reason: "LOST_DATA" });
      expect(await catalog.onlineGaps()).toEqual([lmdb, restarted, lost]);
      await catalog.recordGap(outage(eventTimeUs - 1n, eventTimeUs + 9n));
      expect(await catalog.onlineGaps()).toEqual([lmdb, restarted, { ...lost, toUs: eventTimeUs + 9n }]);
    }));

  it("recordGap() of several at once makes one gap", () =>
    withCatalog(factory, async (catalog) => {
      const ends = Array.from({ length: 8 }, (_, i) => BigInt(i));
      await Promise.all(ends.map((at) => catalog.recordGap(outage(at, undefined))));
      await Promise.all(ends.map((at) => catalog.recordGap(outage(at, 10n + at))));
      expect(await catalog.onlineGaps()).toEqual([outage(0n, 17n)]);
    }));

  it("recordSighting() keeps the latest of each store", () =>
    withCatalog(factory, async (catalog) => {
      expect(await catalog.lastSighting("redis")).toBeUndefined();
      const late = { store: "redis", runId: "b", atUs: eventTimeUs };
      await catalog.recordSighting({ store: "redis", runId: "a", atUs: 5n });
      await catalog.recordSighting(late);
      await catalog.recordSighting({ store: "redis", runId: "a", atUs: 6n });
      await catalog.recordSighting({ store: "lmdb", runId: "c", atUs: 7n });
      expect(await catalog.lastSighting("redis")).toEqual(late);
    }));
}

function persists(factory: EnginePlaceFactory<OfflineCatalog>): void {
  it("close() and open() keep the manifest and the runs", () =>
    withPlace(factory, new ManualClock(), async (place) => {
      const first = await place.open();
      await first.commit(0n, change({ added: [segment("a")], flushed: new Map([[1, 2n]]) }));
      await first.finishRun(await first.beginRun(7, 0n, 1n, 2n), result());
      await first.recordGap(outage(1n, undefined));
      await first.recordSighting({ store: "redis", runId: "a", atUs: 1n });
      await first.finishChunk((await first.openBackfill(backfillRange, 1n)).id, 3);
      const state = async (catalog: OfflineCatalog) => [
        await catalog.manifest(),
        await catalog.finishedRuns(7),
        await catalog.onlineGaps(),
        await catalog.lastSighting("redis"),
        await catalog.openBackfill(backfillRange, 2n),
      ];
      const before = await state(first);
      await first.close();
      const second = await place.open();
      expect(await state(second)).toEqual(before);
      expect((await second.beginRun(7, 0n, 1n, 2n)) > 1n).toBe(true);
      await second.close();
    }));
}

function shared(factory: EnginePlaceFactory<OfflineCatalog>): void {
  it("two handles on one catalog: readers only ever see whole commits", () =>
    withPlace(factory, new ManualClock(), async (place) => {
      const [writer, reader] = await Promise.all([place.open(), place.open()]);
      const writes = (async () => {
        for (let base = 0n; base < 20n; base += 1n) {
          const removed = base === 0n ? [] : [`${base - 1n}`];
          const flushed = new Map([[0, base + 1n]]);
          await writer.commit(base, { added: [segment(`${base}`)], removed, flushed });
        }
      })();
      let last = 0n;
      while (last < 20n) {
        const manifest = await reader.manifest();
        expect(manifest.version >= last).toBe(true);
        last = manifest.version;
        expect(paths(manifest)).toEqual(last === 0n ? [] : [`${last - 1n}`]);
        expect(manifest.flushed.get(0) ?? 0n).toBe(last);
      }
      await writes;
      await Promise.all([writer.close(), reader.close()]);
    }));
}
