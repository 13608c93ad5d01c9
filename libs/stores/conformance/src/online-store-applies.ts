import type { OnlineStore } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import { describe, expect, it } from "vitest";
import { withEngine, type EnginePlaceFactory } from "./engine-place.ts";
import { stored, write } from "./online-row.testdata.ts";

/** Writing: which row stays, what is answered. */
export function onlineStoreApplies(factory: EnginePlaceFactory<OnlineStore>): void {
  describe("apply()", () => {
    newerAndOlder(factory);
    equal(factory);
    batches(factory);
  });
}

function newerAndOlder(factory: EnginePlaceFactory<OnlineStore>): void {
  it("a newer event time replaces the row, an older one does not (semantics 2)", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      const written = async (at: number, payload: string) =>
        (await store.apply([write({ at, payload, available: at })]))[0];
      expect(await written(200, "b")).toEqual({ written: true, availableTimeUs: 200n });
      expect(await written(100, "a")).toEqual({ written: false, availableTimeUs: 100n });
      expect(await stored(store)).toMatchObject({ payload: "b" });
      expect(await written(300, "c")).toEqual({ written: true, availableTimeUs: 300n });
      expect(await stored(store)).toMatchObject({ payload: "c", eventTimeUs: 300n });
    }));

  it("equal event times go by order, an unsigned number: a log row beats a batch row", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      const orders = [
        0n,
        1n,
        127n,
        128n,
        255n,
        256n,
        2n ** 63n - 1n,
        2n ** 63n,
        2n ** 63n + 128n,
        2n ** 64n - 1n,
      ];
      for (const order of orders) {
        expect((await store.apply([write({ order, payload: `${order}` })]))[0]).toMatchObject({
          written: true,
        });
        expect(await stored(store)).toMatchObject({ payload: `${order}`, order });
      }
      for (const order of orders.toReversed().slice(1)) {
        expect((await store.apply([write({ order })]))[0]).toMatchObject({ written: false });
      }
    }));

  it("event times compare as signed numbers, whatever their bytes (semantics 1)", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      const most = 2n ** 63n - 1n;
      const times = [
        -most,
        -(2n ** 32n),
        -256n,
        -128n,
        -1n,
        0n,
        127n,
        128n,
        255n,
        256n,
        0x8000n,
        2n ** 31n,
        2n ** 53n + 1n,
        most,
      ];
      for (const at of times) {
        expect((await store.apply([write({ at })]))[0], `${at}`).toMatchObject({ written: true });
        expect((await store.apply([write({ at: at - 1n })]))[0], `${at} - 1`).toMatchObject({
          written: false,
        });
      }
      expect(await stored(store)).toMatchObject({ eventTimeUs: most });
    }));

  it("a tombstone is a row: it replaces older rows, stays against them, and gives way to newer ones", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      await store.apply([write({ at: 100, payload: "a" }), write({ at: 200, deleted: true })]);
      expect(await stored(store)).toMatchObject({ deleted: true, payload: "", eventTimeUs: 200n });
      expect((await store.apply([write({ at: 150, payload: "late" })]))[0]).toMatchObject({ written: false });
      await store.apply([write({ at: 300, payload: "c" })]);
      expect(await stored(store)).toMatchObject({ deleted: false, payload: "c" });
    }));
}

function equal(factory: EnginePlaceFactory<OnlineStore>): void {
  it("an equal pair changes nothing and answers the stored available time (semantics 2)", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      await store.apply([write({ payload: "first", available: 5_000 })]);
      const again = await store.apply([write({ payload: "again", available: 9_000 })]);
      expect(again).toEqual([{ written: false, availableTimeUs: 5_000n }]);
      expect(await stored(store)).toMatchObject({ payload: "first", availableTimeUs: 5_000n });
    }));

  it("an equal pair without a recorded available time answers none", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      expect(await store.apply([write()])).toEqual([{ written: true, availableTimeUs: undefined }]);
      expect(await store.apply([write()])).toEqual([{ written: false, availableTimeUs: undefined }]);
      expect(await stored(store)).toMatchObject({ availableTimeUs: undefined });
    }));

  it("with onEqual `replace` an equal pair is written again; an older row still is not", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      await store.apply([write({ at: 100, payload: "damaged", available: 5_000 })]);
      const outcomes = await store.apply(
        [write({ at: 100, payload: "healed", available: 4_000 }), write({ at: 99, payload: "old" })],
        { onEqual: "replace" },
      );
      expect(outcomes).toEqual([
        { written: true, availableTimeUs: 4_000n },
        { written: false, availableTimeUs: undefined },
      ]);
      expect(await stored(store)).toMatchObject({ payload: "healed", availableTimeUs: 4_000n });
    }));
}

function batches(factory: EnginePlaceFactory<OnlineStore>): void {
  it("rows of one batch are applied in order, with an outcome for each", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      const outcomes = await store.apply([
        write({ at: 2, payload: "b", available: 20 }),
        write({ at: 1, payload: "a", available: 10 }),
        write({ at: 2, payload: "twin", available: 99 }),
        write({ id: 2, at: 1, payload: "other", available: 10 }),
        write({ at: 3, payload: "c", available: 30 }),
      ]);
      expect(outcomes).toEqual([
        { written: true, availableTimeUs: 20n },
        { written: false, availableTimeUs: 10n },
        { written: false, availableTimeUs: 20n },
        { written: true, availableTimeUs: 10n },
        { written: true, availableTimeUs: 30n },
      ]);
      expect(await stored(store)).toMatchObject({ payload: "c" });
    }));

  it("a batch of 3,500 rows for one entity ends with the latest, each outcome in its place", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      const rows = Array.from({ length: 3_500 }, (_, i) =>
        write({ at: i % 2 === 0 ? i : 0, available: i, payload: `${i}` }),
      );
      const outcomes = await store.apply(rows);
      expect(outcomes.map(({ written }) => written)).toEqual(rows.map((_, i) => i % 2 === 0));
      expect(await stored(store)).toMatchObject({ payload: "3498" });
    }));

  it("40 rows of 64 KiB go in one batch", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      const payload = new Uint8Array(65_000).fill(1);
      const outcomes = await store.apply(Array.from({ length: 40 }, (_, id) => write({ id, payload })));
      expect(outcomes.filter(({ written }) => written).length).toBe(40);
    }));
}
