import type { OnlineStore } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import { describe, expect, it } from "vitest";
import { withEngine, type EnginePlaceFactory } from "./engine-place.ts";
import { keysOf, write } from "./online-row.testdata.ts";

/** Removal of rows by their keys. */
export function onlineStoreRemoves(factory: EnginePlaceFactory<OnlineStore>): void {
  describe("remove()", () => {
    it("removes the rows of these keys, counts them, and leaves all others", () =>
      withEngine(factory, new ManualClock(), async (store) => {
        const batchPart = 0x8000_0007;
        const rows = [
          write({ id: 1, at: 5 }),
          write({ id: 2, at: 5, deleted: true }),
          write({ id: 3, at: 5 }),
        ];
        await store.apply([...rows, ...rows.map((row) => ({ ...row, viewId: batchPart }))]);
        expect(await store.remove([...keysOf([1, 2, 9]), ...keysOf([1], batchPart)])).toBe(3);
        expect((await store.read(keysOf([1, 2, 3]))).map((row) => row !== undefined)).toEqual([
          false,
          false,
          true,
        ]);
        expect((await store.read(keysOf([1, 2, 3], batchPart))).map((row) => row !== undefined)).toEqual([
          false,
          true,
          true,
        ]);
        expect(await store.remove(keysOf([1, 2]))).toBe(0);
        expect(await store.remove([])).toBe(0);
      }));

    it("forgets the time of a row, so that an older one is stored as new", () =>
      withEngine(factory, new ManualClock(), async (store) => {
        await store.apply([write({ id: 1, at: 5_000 })]);
        await store.remove(keysOf([1]));
        expect(await store.apply([write({ id: 1, at: 10 })])).toMatchObject([{ written: true }]);
      }));
  });
}
