import type { GarbageProgress, OnlineStore } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import { describe, expect, it } from "vitest";
import { withEngine, type EnginePlaceFactory } from "./engine-place.ts";
import { keysOf, write } from "./online-row.testdata.ts";

const rowCount = 5_000;

/** Garbage collection: what it removes, what it leaves, also while rows change. */
export function onlineStoreGarbage(factory: EnginePlaceFactory<OnlineStore>): void {
  describe("collectGarbage()", () => {
    whatGoes(factory);
    whileRowsChange(factory);
  });
}

async function drain(progress: AsyncIterable<GarbageProgress>): Promise<GarbageProgress[]> {
  const all: GarbageProgress[] = [];
  for await (const step of progress) all.push(step);
  return all;
}

async function idsLeft(store: OnlineStore, ids: readonly number[], viewId = 7): Promise<number[]> {
  const rows = await store.read(keysOf(ids, viewId));
  return ids.filter((_, i) => rows[i] !== undefined);
}

function whatGoes(factory: EnginePlaceFactory<OnlineStore>): void {
  it("removes rows before the instant, tombstones included, of this view only (semantics 3)", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      const rows = [
        write({ id: 1, at: -5 }),
        write({ id: 2, at: 999 }),
        write({ id: 3, at: 999, deleted: true, stamp: true }),
        write({ id: 4, at: 1_000 }),
        write({ id: 5, at: 1_001 }),
      ];
      await store.apply([...rows, ...rows.map((row) => ({ ...row, viewId: 8 }))]);
      const last = (await drain(store.collectGarbage(7, 1_000n))).at(-1);
      expect(last).toEqual({ rowsScanned: 5, rowsRemoved: 3 });
      expect(await idsLeft(store, [1, 2, 3, 4, 5])).toEqual([4, 5]);
      expect(await idsLeft(store, [1, 2, 3, 4, 5], 8)).toEqual([1, 2, 3, 4, 5]);
    }));

  it("finds the views at both ends of the ids, and views whose id has odd bytes", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      const viewIds = [0, 1, 0x2a2a2a2a, 0x3f5b5d5c, 0x7b7d0a00, 2 ** 32 - 1];
      for (const viewId of viewIds) await store.apply([write({ id: 1, viewId }), write({ id: 2, viewId })]);
      for (const [i, viewId] of viewIds.entries()) {
        const last = (await drain(store.collectGarbage(viewId, 2_000n))).at(-1);
        expect(last?.rowsRemoved, `view ${viewId}`).toBe(2);
        for (const other of viewIds.slice(i + 1)) expect(await idsLeft(store, [1, 2], other)).toEqual([1, 2]);
      }
    }));

  it("tells of its progress on the way and at the end", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      expect(await drain(store.collectGarbage(7, 1_000n))).toEqual([{ rowsScanned: 0, rowsRemoved: 0 }]);
      await store.apply(Array.from({ length: rowCount }, (_, id) => write({ id, at: id })));
      const progress = await drain(store.collectGarbage(7, 2_500n));
      expect(progress.length).toBeGreaterThan(1);
      expect(progress.at(-1)?.rowsRemoved).toBe(2_500);
      expect((await drain(store.collectGarbage(7, 2_500n))).at(-1)?.rowsRemoved).toBe(0);
    }));
}

function whileRowsChange(factory: EnginePlaceFactory<OnlineStore>): void {
  it("a row that changes meanwhile stays", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      const ids = Array.from({ length: rowCount }, (_, id) => id);
      await store.apply(ids.map((id) => write({ id, at: 100 })));
      const changed = ids.filter((id) => id % 3 === 0);
      const change = async () => {
        for (let from = 0; from < changed.length; from += 100) {
          await store.apply(changed.slice(from, from + 100).map((id) => write({ id, at: 5_000 })));
        }
      };
      await Promise.all([
        change(),
        drain(store.collectGarbage(7, 1_000n)),
        drain(store.collectGarbage(7, 1_000n)),
      ]);
      expect(await idsLeft(store, ids)).toEqual(changed);
    }));
}
