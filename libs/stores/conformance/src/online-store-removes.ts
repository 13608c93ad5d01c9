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

    it("refuses what was read under a fence of before, and takes it under one of after", () =>
      withEngine(factory, new ManualClock(), async (store) => {
        const before = await store.removalFence();
        expect(await store.removalFence()).toEqual(before);
        await store.apply([write({ id: 1 }), write({ id: 2 })], { fence: before });
        expect(await store.remove(keysOf([1]))).toBe(1);
        const late = store.apply([write({ id: 1 })], { fence: before, onEqual: "replace" });
        await expect(late).rejects.toMatchObject({ kind: "FENCED" });
        expect(await store.read(keysOf([1]))).toEqual([undefined]);
        const after = await store.removalFence();
        await store.apply([write({ id: 1 })], { fence: after });
        expect(await store.read(keysOf([1]))).not.toEqual([undefined]);
        await store.remove(keysOf([1, 2]));
        const again = store.apply([write({ id: 2 })], { fence: after });
        await expect(again).rejects.toMatchObject({ kind: "FENCED" });
        expect(await store.watermarks()).toEqual(new Map());
      }));

    it("leaves nothing of a batch that was on its way when its partition was taken over", () =>
      withEngine(factory, new ManualClock(), async (store) => {
        const rows = Array.from({ length: 5_000 }, (_, id) => write({ id }));
        const fence = { partition: 5, epoch: 1n };
        await store.apply([], { fence });
        const applying = store.apply(rows, { fence: { ...fence, held: true } }).catch(() => undefined);
        await store.apply([], { fence: { partition: 5, epoch: 2n } });
        await store.remove(keysOf([4_999]));
        await applying;
        expect(await store.read(keysOf([4_999]))).toEqual([undefined]);
      }));

    it("forgets the time of a row, so that an older one is stored as new", () =>
      withEngine(factory, new ManualClock(), async (store) => {
        await store.apply([write({ id: 1, at: 5_000 })]);
        await store.remove(keysOf([1]));
        expect(await store.apply([write({ id: 1, at: 10 })])).toMatchObject([{ written: true }]);
      }));
  });
}
