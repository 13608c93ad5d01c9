import type { TrainingCatalog } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import { describe, expect, it } from "vitest";
import { withEngine, withPlace, type EnginePlaceFactory } from "./engine-place.ts";
import { trainingCatalogErasures } from "./training-catalog-erasures.ts";
import { trainingEntry, trainingReceipt, trainingSetId, trainingSnapshot } from "./training.testdata.ts";

/**
 * What an engine may lack:
 *
 * - `persists`: everything is there again after `close` and another `open` of the place;
 * - `shared`: two handles that are open on one place at the same time see one catalog.
 */
export type TrainingCatalogCategory = "persists" | "shared";

/** How to run the suite. */
export interface TrainingCatalogSuiteOptions {
  /** Categories that the engine does not support, each with the reason. */
  readonly gaps?: Partial<Record<TrainingCatalogCategory, string>>;
}

type Factory = EnginePlaceFactory<TrainingCatalog>;

/** Registers the tests that every `TrainingCatalog` must pass. Call it at the top of a test file. */
export function describeTrainingCatalog(
  name: string,
  factory: Factory,
  { gaps = {} }: TrainingCatalogSuiteOptions = {},
): void {
  describe(`${name} is a TrainingCatalog`, () => {
    snapshots(factory);
    entries(factory);
    lists(factory);
    receipts(factory);
    digests(factory);
    trainingCatalogErasures(factory);
    if (gaps.persists === undefined) persists(factory);
    if (gaps.shared === undefined) shared(factory);
  });
}

function withCatalog(factory: Factory, work: (catalog: TrainingCatalog) => Promise<void>): Promise<void> {
  return withEngine(factory, new ManualClock(), async (catalog) => {
    await catalog.putSnapshot(trainingSnapshot());
    await work(catalog);
  });
}

function snapshots(factory: Factory): void {
  it("putSnapshot() keeps the first content of an id, and snapshot() gives a copy of it", () =>
    withCatalog(factory, async (catalog) => {
      const { snapshotId } = trainingSnapshot();
      await catalog.check();
      await catalog.putSnapshot({ ...trainingSnapshot(), manifestVersion: 1n });
      (await catalog.snapshot(snapshotId))!.manifestVersion = 2n;
      expect(await catalog.snapshot(snapshotId)).toEqual(trainingSnapshot());
      expect(await catalog.snapshot("00".repeat(32))).toBeUndefined();
    }));
}

function entries(factory: Factory): void {
  it("putTrainingSet() keeps the first entry of an id, and only its labels may be kept later", () =>
    withCatalog(factory, async (catalog) => {
      const entry = trainingEntry();
      expect(await catalog.putTrainingSet(entry)).toEqual(entry);
      const again = trainingEntry({ createdAtUs: 5n, createdBy: "bob", labelsKept: true });
      const kept = { ...entry, labelsKept: true };
      expect(await catalog.putTrainingSet(again)).toEqual(kept);
      expect(await catalog.putTrainingSet(entry)).toEqual(kept);
      expect(await catalog.findTrainingSets("rides", entry.trainingSetId, 2)).toEqual([kept]);
    }));

  it("putTrainingSet() of a snapshot that is not recorded is SNAPSHOT_NOT_FOUND", () =>
    withCatalog(factory, async (catalog) => {
      const entry = trainingEntry({ snapshotId: "00".repeat(32) });
      await expect(catalog.putTrainingSet(entry)).rejects.toMatchObject({ kind: "SNAPSHOT_NOT_FOUND" });
    }));

  it("of eight calls at once for one id all get one entry", () =>
    withCatalog(factory, async (catalog) => {
      const created = await Promise.all(
        Array.from({ length: 8 }, (_, i) =>
          catalog.putTrainingSet(trainingEntry({ createdAtUs: BigInt(i) })),
        ),
      );
      expect(new Set(created.map(({ createdAtUs }) => createdAtUs)).size).toBe(1);
    }));

  it("findTrainingSets() takes beginnings literally, of one project, in order of id", () =>
    withCatalog(factory, async (catalog) => {
      const ids = ["ts_aa1", "ts_aa2", "ts_ab", "tsxaa3"];
      for (const id of ids) await catalog.putTrainingSet(trainingEntry({ trainingSetId: id }));
      await catalog.putTrainingSet(trainingEntry({ trainingSetId: "ts_aa0", project: "ads" }));
      const find = async (prefix: string, entriesMax = 9) =>
        (await catalog.findTrainingSets("rides", prefix, entriesMax)).map((entry) => entry.trainingSetId);
      expect(await find("ts_aa")).toEqual(["ts_aa1", "ts_aa2"]);
      expect(await find("ts_a", 2)).toEqual(["ts_aa1", "ts_aa2"]);
      expect(await find("ts_aa11")).toEqual([]);
      expect(await find("ts%")).toEqual([]);
    }));
}

function lists(factory: Factory): void {
  it("listTrainingSets() pages through a project, the latest first", () =>
    withCatalog(factory, async (catalog) => {
      const times = [3n, 1n, 2n, 2n, 2n];
      for (const [i, createdAtUs] of times.entries())
        await catalog.putTrainingSet(trainingEntry({ trainingSetId: trainingSetId(`${i}`), createdAtUs }));
      await catalog.putTrainingSet(trainingEntry({ trainingSetId: trainingSetId("9"), project: "ads" }));
      const pages: string[][] = [];
      for (let after; ;) {
        const page = await catalog.listTrainingSets({ project: "rides", after, entriesMax: 2 });
        if (page.length === 0) break;
        pages.push(page.map(({ entry }) => entry.trainingSetId.slice(-1)));
        after = page.at(-1)!.entry;
      }
      expect(pages).toEqual([["0", "4"], ["3", "2"], ["1"]]);
    }));

  it("listTrainingSets() of a feature service leaves the others out, and counts receipts", () =>
    withCatalog(factory, async (catalog) => {
      const [service, none] = [trainingSetId("1"), trainingSetId("2")];
      await catalog.putTrainingSet(trainingEntry({ trainingSetId: service }));
      await catalog.putTrainingSet(trainingEntry({ trainingSetId: none, featureService: "" }));
      await catalog.putReceipt(trainingReceipt(service, { index: 0, count: 2 }));
      await catalog.putReceipt(trainingReceipt(service, { index: 1, count: 2 }));
      const list = async (featureService?: string) =>
        (await catalog.listTrainingSets({ project: "rides", featureService, entriesMax: 5 })).map(
          ({ entry, receipts: count }) => [entry.trainingSetId, count],
        );
      expect(await list()).toEqual([
        [none, 0],
        [service, 2],
      ]);
      expect(await list("delay_v1")).toEqual([[service, 2]]);
      expect(await list("delay_v2")).toEqual([]);
    }));
}

function receipts(factory: Factory): void {
  it("putReceipt() keeps the first receipt of a shard, and receipts() are in order of shards", () =>
    withCatalog(factory, async (catalog) => {
      const id = trainingSetId("1");
      await catalog.putTrainingSet(trainingEntry());
      const shards = [{ index: 10, count: 11 }, undefined, { index: 2, count: 11 }, { index: 1, count: 2 }];
      for (const shard of shards) await catalog.putReceipt(trainingReceipt(id, shard));
      const other = trainingReceipt(id, { index: 0, count: 1 }, "00".repeat(32));
      expect(await catalog.putReceipt(other)).toEqual(trainingReceipt(id));
      const inOrder = [undefined, shards[3], shards[2], shards[0]].map((shard) => trainingReceipt(id, shard));
      expect(await catalog.receipts(id, 9)).toEqual(inOrder);
      expect(await catalog.receipts(id, 2)).toEqual(inOrder.slice(0, 2));
      expect(await catalog.receipts(trainingSetId("2"), 9)).toEqual([]);
    }));

  it("putReceipt() of a training set that is not recorded is TRAINING_SET_NOT_FOUND", () =>
    withCatalog(factory, async (catalog) => {
      const refused = catalog.putReceipt(trainingReceipt(trainingSetId("1")));
      await expect(refused).rejects.toMatchObject({ kind: "TRAINING_SET_NOT_FOUND" });
    }));

  it("receiptHeads() gives rows, digest, format and shard alone", () =>
    withCatalog(factory, async (catalog) => {
      const [one, two, none] = [trainingSetId("1"), trainingSetId("2"), trainingSetId("3")];
      for (const id of [one, two, none]) await catalog.putTrainingSet(trainingEntry({ trainingSetId: id }));
      for (const index of [1, 0]) await catalog.putReceipt(trainingReceipt(one, { index, count: 2 }));
      await catalog.putReceipt(trainingReceipt(two));
      const heads = await catalog.receiptHeads([one, two, none]);
      expect([...heads.keys()].sort()).toEqual([one, two]);
      expect(heads.get(one)!.map(({ shard }) => shard?.index)).toEqual([0, 1]);
      const { rows, digest, formatVersion } = trainingReceipt(two);
      const expected = { rows, digest, formatVersion, trainingSetId: "", warnings: [] };
      expect(heads.get(two)).toEqual([expect.objectContaining(expected)]);
    }));
}

function digests(factory: Factory): void {
  it("putSourceDigests() replaces what was recorded of a path", () =>
    withCatalog(factory, async (catalog) => {
      const digest = (path: string, bytes = 5_000_000_000n) => ({
        path,
        bytes,
        state: `${2n ** 64n - 1n}`,
        sha256: "ab".repeat(32),
      });
      await catalog.putSourceDigests([digest("/b"), digest("/a ä'")]);
      await catalog.putSourceDigests([digest("/b", 0n)]);
      await catalog.putSourceDigests([]);
      const found = await catalog.sourceDigests(["/a ä'", "/b", "/c"]);
      expect(found).toEqual(
        new Map([
          ["/a ä'", digest("/a ä'")],
          ["/b", digest("/b", 0n)],
        ]),
      );
    }));
}

async function everything(catalog: TrainingCatalog): Promise<unknown[]> {
  return [
    await catalog.snapshot(trainingSnapshot().snapshotId),
    await catalog.listTrainingSets({ project: "rides", entriesMax: 5 }),
    await catalog.receipts(trainingSetId("1"), 9),
    await catalog.sourceDigests(["/a"]),
  ];
}

function persists(factory: Factory): void {
  it("close() and open() keep everything", () =>
    withPlace(factory, new ManualClock(), async (place) => {
      const first = await place.open();
      await first.putSnapshot(trainingSnapshot());
      await first.putTrainingSet(trainingEntry());
      await first.putReceipt(trainingReceipt(trainingSetId("1")));
      await first.putSourceDigests([{ path: "/a", bytes: 1n, state: "2", sha256: "ab" }]);
      const before = await everything(first);
      await first.close();
      const second = await place.open();
      expect(await everything(second)).toEqual(before);
      await second.close();
    }));
}

function shared(factory: Factory): void {
  it("two handles on one catalog write and see one record", () =>
    withPlace(factory, new ManualClock(), async (place) => {
      const handles = await Promise.all([place.open(), place.open()]);
      const paths = Array.from({ length: 50 }, (_, i) => `/${i}`);
      const rounds = handles.map(async (handle, h) => {
        for (let round = 0; round < 5; round++) {
          await handle.putSnapshot(trainingSnapshot());
          await handle.putTrainingSet(trainingEntry({ createdBy: `${h}` }));
          await handle.putReceipt(trainingReceipt(trainingSetId("1"), undefined, `${h}`.repeat(64)));
          const all = paths.map((path) => ({ path, bytes: BigInt(h), state: "", sha256: "" }));
          await handle.putSourceDigests(h === 0 ? all : all.reverse());
        }
      });
      await Promise.all(rounds);
      const [left, right] = handles;
      expect(await everything(left)).toEqual(await everything(right));
      await Promise.all(handles.map((handle) => handle.close()));
    }));
}
