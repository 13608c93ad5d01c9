import { create } from "@bufbuild/protobuf";
import { EraseReceiptSchema } from "@timewell/contracts";
import type { Erasure, TrainingCatalog } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import { describe, expect, it } from "vitest";
import { withEngine, type EnginePlaceFactory } from "./engine-place.ts";

const keySha256 = "ab".repeat(32);

function erasure(id: number, parts: Partial<Omit<Erasure, "finished" | "receipt">> = {}, key = keySha256) {
  const receipt = create(EraseReceiptSchema, {
    id: `er_${String(id).padStart(32, "0")}`,
    entity: "airport",
    keySha256: key,
    erasedBy: "operator",
  });
  return {
    project: "flights",
    viewIds: [1, 2],
    keysSha256: [key],
    startedAtUs: BigInt(id),
    receipt,
    ...parts,
  };
}

/** Receipts of erased entities. */
export function trainingCatalogErasures(factory: EnginePlaceFactory<TrainingCatalog>): void {
  describe("erasures", () => {
    it("one that was cut goes on under its id, and a finished one does not", () =>
      withEngine(factory, new ManualClock(), async (catalog) => {
        const first = await catalog.beginErasure(erasure(1));
        expect(first).toEqual({ ...erasure(1), finished: false });
        await catalog.recordErasure({ ...first.receipt, logRows: 5n }, false);
        const other = "cd".repeat(32);
        const again = await catalog.beginErasure(
          erasure(2, { viewIds: [2, 7], keysSha256: [other, keySha256] }),
        );
        expect(again).toMatchObject({
          viewIds: [1, 2, 7],
          keysSha256: [keySha256, other],
          receipt: { id: first.receipt.id, logRows: 5n },
        });
        await catalog.recordErasure({ ...again.receipt, erasedAtUs: 10n }, true);
        const next = await catalog.beginErasure(erasure(3));
        expect(next.receipt.id).toBe(erasure(3).receipt.id);
        expect(await catalog.erasuresOfEntity("flights", "airport", keySha256)).toEqual([
          next,
          {
            ...erasure(1),
            viewIds: [1, 2, 7],
            keysSha256: [keySha256, other],
            finished: true,
            receipt: { ...first.receipt, logRows: 5n, erasedAtUs: 10n },
          },
        ]);
        expect(await catalog.erasuresOfEntity("other", "airport", keySha256)).toEqual([]);
      }));

    it("of two that begin at once there is one", () =>
      withEngine(factory, new ManualClock(), async (catalog) => {
        const begun = await Promise.all([1, 2, 3].map((id) => catalog.beginErasure(erasure(id))));
        expect(new Set(begun.map(({ receipt }) => receipt.id)).size).toBe(1);
      }));

    it("are found by view and by time, under way or finished", () =>
      withEngine(factory, new ManualClock(), async (catalog) => {
        for (const [i, viewIds] of [[1], [2], [3]].entries())
          await catalog.beginErasure(erasure(i, { viewIds }, `${i}`));
        await catalog.recordErasure({ ...erasure(0, {}, "0").receipt, erasedAtUs: 100n }, true);
        const found = async (viewIds: number[], sinceUs: bigint) =>
          (await catalog.erasuresOfViews(viewIds, sinceUs)).map(({ startedAtUs }) => startedAtUs);
        expect(await found([1, 2], 100n)).toEqual([1n, 0n]);
        expect(await found([1, 2], 101n)).toEqual([1n]);
        expect(await found([], 0n)).toEqual([]);
      }));

    it("tell keys that are under way or begun since one was told last, also finished ones", () =>
      withEngine(factory, new ManualClock(), async (catalog) => {
        expect(await catalog.erasedKeys(1)).toEqual({ begun: 0, keysSha256: [] });
        const [done, open] = [await catalog.beginErasure(erasure(1, {}, "a")), erasure(2, {}, "b")];
        await catalog.recordErasure(done.receipt, true);
        await catalog.beginErasure(open);
        await catalog.beginErasure(erasure(3, { viewIds: [7] }, "c"));
        expect(await catalog.erasedKeys(1)).toEqual({ begun: 3, keysSha256: ["b"] });
        const since = [erasure(4, {}, "d"), erasure(5, { keysSha256: ["e", "f"] }, "e")];
        await Promise.all(since.map((it) => catalog.beginErasure(it)));
        await catalog.recordErasure(since[0]!.receipt, true);
        await catalog.recordErasure(open.receipt, true);
        expect(await catalog.erasedKeys(1, 3)).toEqual({ begun: 5, keysSha256: ["d", "e", "f"] });
        expect(await catalog.erasedKeys(7, 3)).toEqual({ begun: 5, keysSha256: ["c"] });
      }));

    it("tell of a training set which of them named it first", () =>
      withEngine(factory, new ManualClock(), async (catalog) => {
        for (const id of [1, 2]) {
          const { receipt } = await catalog.beginErasure(erasure(id, {}, `${id}`));
          await catalog.recordErasure({ ...receipt, trainingSetIds: ["ts_a", `ts_${id}`] }, true);
        }
        const named = ["ts_a", "ts_2", "ts_b"].map((id) => catalog.erasureOfTrainingSet(id));
        expect(await Promise.all(named)).toEqual([erasure(1).receipt.id, erasure(2).receipt.id, undefined]);
      }));

    it("cannot be recorded where they never began", () =>
      withEngine(factory, new ManualClock(), async (catalog) => {
        await expect(catalog.recordErasure(erasure(1).receipt, true)).rejects.toMatchObject({
          kind: "INVALID_REQUEST",
        });
      }));
  });
}
