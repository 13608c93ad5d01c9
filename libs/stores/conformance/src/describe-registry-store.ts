import { create } from "@bufbuild/protobuf";
import { SnapshotSchema, type Snapshot } from "@timewell/contracts";
import { viewIdMax, type RegistryStore } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import { describe, expect, it } from "vitest";
import { withEngine, withPlace, type EnginePlaceFactory } from "./engine-place.ts";
import { recordsModels, testModel } from "./registry-store-models.ts";

/**
 * What an engine may lack:
 *
 * - `persists`: everything is there again after `close` and another `open` of the place;
 * - `shared`: two handles that are open on one place at the same time see one registry.
 */
export type RegistryStoreCategory = "persists" | "shared";

/** How to run the suite. */
export interface RegistryStoreSuiteOptions {
  /** Categories that the engine does not support, each with the reason. */
  readonly gaps?: Partial<Record<RegistryStoreCategory, string>>;
}

/** Registers the tests that every `RegistryStore` must pass. Call it at the top of a test file. */
export function describeRegistryStore(
  name: string,
  factory: EnginePlaceFactory<RegistryStore>,
  { gaps = {} }: RegistryStoreSuiteOptions = {},
): void {
  describe(`${name} is a RegistryStore`, () => {
    snapshots(factory);
    viewIds(factory);
    recordsModels(factory);
    if (gaps.persists === undefined) persists(factory);
    if (gaps.shared === undefined) shared(factory);
  });
}

function snapshot(project: string, version: bigint, appliedBy = ""): Snapshot {
  return create(SnapshotSchema, { project, version, appliedAtUs: 1_700_000_000_000_000n, appliedBy });
}

function withStore(
  factory: EnginePlaceFactory<RegistryStore>,
  work: (store: RegistryStore) => Promise<void>,
): Promise<void> {
  return withEngine(factory, new ManualClock(), work);
}

function snapshots(factory: EnginePlaceFactory<RegistryStore>): void {
  it("load() of a project that was never applied is undefined", () =>
    withStore(factory, async (store) => {
      expect(await store.load("rides")).toBeUndefined();
      expect(await store.listProjects()).toEqual([]);
      await store.check();
    }));

  it("load() gives the latest snapshot of its own project", () =>
    withStore(factory, async (store) => {
      await store.save(snapshot("rides", 1n, "ann"));
      await store.save(snapshot("rides", 2n, "bob"));
      await store.save(snapshot("ads", 1n, "cid"));
      expect(await store.load("rides")).toEqual(snapshot("rides", 2n, "bob"));
      expect(await store.load("ads")).toEqual(snapshot("ads", 1n, "cid"));
    }));

  it("load() of a version gives that one, and undefined where it is not there", () =>
    withStore(factory, async (store) => {
      await store.save(snapshot("rides", 1n, "ann"));
      await store.save(snapshot("rides", 2n, "bob"));
      expect(await store.load("rides", 1n)).toEqual(snapshot("rides", 1n, "ann"));
      expect(await store.load("rides", 2n)).toEqual(snapshot("rides", 2n, "bob"));
      expect(await store.load("rides", 3n)).toBeUndefined();
      expect(await store.load("ads", 1n)).toBeUndefined();
    }));

  it("a loaded or saved snapshot can be changed without changing the store", () =>
    withStore(factory, async (store) => {
      const saved = snapshot("rides", 1n, "ann");
      await store.save(saved);
      saved.appliedBy = "changed";
      (await store.load("rides"))!.appliedBy = "changed";
      expect((await store.load("rides"))!.appliedBy).toBe("ann");
    }));

  it("listProjects() is in order of name, with the latest versions", () =>
    withStore(factory, async (store) => {
      for (const project of ["b_1", "a", "b", "b0"]) await store.save(snapshot(project, 1n));
      await store.save(snapshot("b", 2n));
      expect(await store.listProjects()).toEqual([
        { project: "a", version: 1n },
        { project: "b", version: 2n },
        { project: "b0", version: 1n },
        { project: "b_1", version: 1n },
      ]);
    }));

  for (const version of [0n, 1n, 3n]) {
    it(`save() of version ${version} over version 1 is a conflict that names both and changes nothing`, () =>
      withStore(factory, async (store) => {
        await store.save(snapshot("rides", 1n, "ann"));
        await expect(store.save(snapshot("rides", version, "bob"))).rejects.toMatchObject({
          kind: "VERSION_CONFLICT",
          message: expect.stringMatching(`as version ${version}: the stored version is 1`),
        });
        expect(await store.load("rides")).toEqual(snapshot("rides", 1n, "ann"));
      }));
  }

  it("of ten saves at once on one version exactly one wins (semantics 14)", () =>
    withStore(factory, async (store) => {
      await store.save(snapshot("rides", 1n));
      const names = Array.from({ length: 10 }, (_, i) => `writer_${i}`);
      const results = await Promise.allSettled(names.map((name) => store.save(snapshot("rides", 2n, name))));
      expect(results.filter(({ status }) => status === "fulfilled").length).toBe(1);
      for (const result of results) {
        if (result.status === "rejected") expect(result.reason).toMatchObject({ kind: "VERSION_CONFLICT" });
      }
      const winner = names[results.findIndex(({ status }) => status === "fulfilled")];
      expect((await store.load("rides"))!.appliedBy).toBe(winner);
    }));
}

function viewIds(factory: EnginePlaceFactory<RegistryStore>): void {
  it("allocateViewIds() starts at 1, ascends, and gives no id twice", () =>
    withStore(factory, async (store) => {
      expect(await store.allocateViewIds(2)).toEqual([1, 2]);
      expect(await store.allocateViewIds(0)).toEqual([]);
      await expect(store.save(snapshot("rides", 9n))).rejects.toMatchObject({ kind: "VERSION_CONFLICT" });
      const groups = await Promise.all(Array.from({ length: 8 }, () => store.allocateViewIds(3)));
      for (const ids of groups) expect(ids).toEqual([ids[0]!, ids[0]! + 1, ids[0]! + 2]);
      expect(groups.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 24 }, (_, i) => i + 3));
    }));

  for (const count of [-1, 0.5, Number.NaN, Infinity]) {
    it(`allocateViewIds() refuses a count of ${count}`, () =>
      withStore(factory, async (store) => {
        await expect(store.allocateViewIds(count)).rejects.toMatchObject({ kind: "INVALID_REQUEST" });
        expect(await store.allocateViewIds(1)).toEqual([1]);
      }));
  }

  it("allocateViewIds() refuses to go past the greatest unsigned 32 bit number", () =>
    withStore(factory, async (store) => {
      await expect(store.allocateViewIds(viewIdMax + 1)).rejects.toMatchObject({ kind: "LIMIT_EXCEEDED" });
      expect(await store.allocateViewIds(1)).toEqual([1]);
      await expect(store.allocateViewIds(viewIdMax)).rejects.toMatchObject({ kind: "LIMIT_EXCEEDED" });
    }));
}

function persists(factory: EnginePlaceFactory<RegistryStore>): void {
  it("close() and open() keep snapshots and the ids that were given", () =>
    withPlace(factory, new ManualClock(), async (place) => {
      const first = await place.open();
      await first.save(snapshot("rides", 1n, "ann"));
      await first.allocateViewIds(5);
      const model = await first.recordModel("rides", testModel("delay"));
      await first.close();
      const second = await place.open();
      expect(await second.load("rides")).toEqual(snapshot("rides", 1n, "ann"));
      expect(await second.allocateViewIds(1)).toEqual([6]);
      expect(await second.listModels("rides", {}, 10)).toMatchObject([{ model }]);
      await second.close();
    }));
}

function shared(factory: EnginePlaceFactory<RegistryStore>): void {
  it("two handles on one registry: each version is saved by one of them", () =>
    withPlace(factory, new ManualClock(), async (place) => {
      const stores = await Promise.all([place.open(), place.open()]);
      for (let version = 1n; version <= 10n; version += 1n) {
        const saves = stores.map((store, i) => store.save(snapshot("rides", version, `handle_${i}`)));
        const results = await Promise.allSettled(saves);
        expect(results.filter(({ status }) => status === "fulfilled").length).toBe(1);
      }
      const ids = await Promise.all(stores.map((store) => store.allocateViewIds(4)));
      expect(new Set(ids.flat()).size).toBe(8);
      const uris = await Promise.all(
        stores.map((store, i) => store.recordModel("rides", testModel("delay", { uri: `handle_${i}` }))),
      );
      expect(new Set(uris.map(({ uri }) => uri)).size).toBe(1);
      await Promise.all(stores.map((store) => store.close()));
    }));
}
