import type { OnlineStore } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import { describe, expect, it } from "vitest";
import { withEngine, type EnginePlaceFactory } from "./engine-place.ts";
import { keysOf, stored, write } from "./online-row.testdata.ts";

/** Fences and watermarks of log partitions. */
export function onlineStoreFences(factory: EnginePlaceFactory<OnlineStore>): void {
  describe("fences and watermarks", () => {
    fences(factory);
    watermarks(factory);
  });
}

function fence(partition: number, epoch: bigint | number) {
  return { partition, epoch: BigInt(epoch) };
}

function fences(factory: EnginePlaceFactory<OnlineStore>): void {
  it("an epoch that is older than one seen is FENCED, and no row of the batch is written", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      await store.apply([write({ payload: "old holder" })], { fence: fence(5, 9) });
      await store.apply([], { fence: fence(5, 10) });
      const rows = Array.from({ length: 2_500 }, (_, id) => write({ id, at: 2_000, payload: "stale" }));
      for (const epoch of [9, 8, 1]) {
        const applying = store.apply(rows, { fence: fence(5, epoch), watermark: 99n });
        await expect(applying).rejects.toMatchObject({ kind: "FENCED" });
      }
      expect(await stored(store)).toMatchObject({ payload: "old holder" });
      expect(await store.read(keysOf([2, 2_000, 2_499]))).toEqual([undefined, undefined, undefined]);
      expect(await store.watermarks()).toEqual(new Map());
    }));

  it("a holder that a store does not know is FENCED, and no row of the batch is written", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      const rows = Array.from({ length: 2_500 }, (_, id) => write({ id }));
      const applying = store.apply(rows, { fence: { ...fence(5, 9), held: true }, watermark: 99n });
      await expect(applying).rejects.toMatchObject({ kind: "FENCED" });
      expect(await store.read(keysOf([0, 1_000, 2_499]))).toEqual([undefined, undefined, undefined]);
      expect(await store.watermarks()).toEqual(new Map());
      await store.apply([], { fence: fence(5, 9) });
      await store.apply(rows, { fence: { ...fence(5, 9), held: true }, onEqual: "replace" });
      expect(await store.read(keysOf([2_499]))).not.toEqual([undefined]);
      const older = store.apply([], { fence: { ...fence(5, 8), held: true } });
      await expect(older).rejects.toMatchObject({ kind: "FENCED" });
    }));

  it("the current epoch and later ones pass; other partitions and unfenced batches do not care", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      await store.apply([write({ at: 1 })], { fence: fence(5, 2n ** 53n + 1n) });
      await store.apply([write({ at: 2 })], { fence: fence(5, 2n ** 53n + 1n) });
      await store.apply([write({ at: 3 })], { fence: fence(6, 1) });
      await store.apply([write({ at: 4 })]);
      await store.apply([write({ at: 5 })], { fence: fence(5, 2n ** 53n + 2n) });
      await expect(store.apply([], { fence: fence(5, 2n ** 53n + 1n) })).rejects.toMatchObject({
        kind: "FENCED",
      });
      expect(await stored(store)).toMatchObject({ eventTimeUs: 5n });
    }));
}

function watermarks(factory: EnginePlaceFactory<OnlineStore>): void {
  it("watermarks are kept per partition, for batches of any size", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      const rows = Array.from({ length: 2_500 }, (_, id) => write({ id }));
      await store.apply(rows, { fence: fence(0, 1), watermark: 2_500n });
      await store.apply([], { fence: fence(63, 1), watermark: 2n ** 53n + 1n });
      await store.apply([write({ at: 9_999 })], { fence: fence(7, 1) });
      expect(await store.watermarks()).toEqual(
        new Map([
          [0, 2_500n],
          [63, 2n ** 53n + 1n],
        ]),
      );
    }));

  it("a watermark never moves back", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      await store.apply([], { fence: fence(0, 1), watermark: 0n });
      expect(await store.watermarks()).toEqual(new Map([[0, 0n]]));
      for (const watermark of [9n, 10n, 3n, 0n]) await store.apply([], { fence: fence(0, 1), watermark });
      expect(await store.watermarks()).toEqual(new Map([[0, 10n]]));
    }));
}
