import type { OnlineStore } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import { describe, expect, it } from "vitest";
import { withEngine, type EnginePlaceFactory } from "./engine-place.ts";
import { stored, write } from "./online-row.testdata.ts";

const farFuture = 2n ** 62n + 128n;

/** Stamps: the available time that the store gives to rows of the log. */
export function onlineStoreStamps(factory: EnginePlaceFactory<OnlineStore>): void {
  describe("stamps", () => {
    giving(factory);
    keeping(factory);
  });
}

function giving(factory: EnginePlaceFactory<OnlineStore>): void {
  it("a stamped row gets a time, in the answer and in the store, at or after its event time", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      const [outcome] = await store.apply([write({ at: 1_000, stamp: true, payload: "a" })]);
      expect(outcome!.availableTimeUs!).toBeGreaterThan(1_000n);
      expect(await stored(store)).toEqual({
        deleted: false,
        eventTimeUs: 1_000n,
        order: 1n,
        availableTimeUs: outcome!.availableTimeUs,
        payload: "a",
      });
    }));

  it("a stamp is never before the event time (semantics 6)", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      const outcomes = await store.apply([
        write({ at: farFuture, stamp: true }),
        write({ id: 2, at: -(2n ** 62n), stamp: true }),
      ]);
      expect(outcomes[0]).toEqual({ written: true, availableTimeUs: farFuture });
      expect(outcomes[1]!.availableTimeUs!).toBeGreaterThan(0n);
      expect(await stored(store)).toMatchObject({ availableTimeUs: farFuture });
    }));

  it("a stamp replaces what the header says; without one the header stays", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      const outcomes = await store.apply([
        write({ id: 1, stamp: true, available: 7 }),
        write({ id: 2, stamp: false, available: 7 }),
        write({ id: 3, stamp: false }),
      ]);
      expect(outcomes[0]!.availableTimeUs!).toBeGreaterThan(1_000n);
      expect(outcomes.slice(1).map((it) => it.availableTimeUs)).toEqual([7n, undefined]);
    }));

  it("a row that came too late to be stored is stamped too", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      await store.apply([write({ at: 2_000, stamp: true })]);
      const [late] = await store.apply([write({ at: 1_000, stamp: true })]);
      expect(late!.written).toBe(false);
      expect(late!.availableTimeUs!).toBeGreaterThan(1_000n);
    }));
}

function keeping(factory: EnginePlaceFactory<OnlineStore>): void {
  it("a row keeps its first stamp however often it is applied again (semantics 6)", async () => {
    const clock = new ManualClock();
    await withEngine(factory, clock, async (store) => {
      const [first] = await store.apply([write({ stamp: true })]);
      for (let i = 0; i < 3; i++) {
        await clock.advance(5);
        const again = await store.apply([write({ stamp: true }), write({ stamp: true })]);
        const expected = { written: false, availableTimeUs: first!.availableTimeUs };
        expect(again).toEqual([expected, expected]);
      }
    });
  });

  it("`replace` with a stamp asked for keeps the stored stamp", async () => {
    const clock = new ManualClock();
    await withEngine(factory, clock, async (store) => {
      const [first] = await store.apply([write({ stamp: true, payload: "damaged" })]);
      await clock.advance(5);
      const again = await store.apply([write({ stamp: true, payload: "healed" })], { onEqual: "replace" });
      expect(again).toEqual([{ written: true, availableTimeUs: first!.availableTimeUs }]);
      expect(await stored(store)).toMatchObject({
        payload: "healed",
        availableTimeUs: first!.availableTimeUs,
      });
    });
  });

  it("`replace` with a stamp asked for gives one where none was stored", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      await store.apply([write()]);
      const [again] = await store.apply([write({ stamp: true })], { onEqual: "replace" });
      expect(again!.availableTimeUs!).toBeGreaterThan(1_000n);
      expect(await stored(store)).toMatchObject({ availableTimeUs: again!.availableTimeUs });
    }));
}

/** Stamps of engines that take their time from the clock that is passed in. */
export function onlineStoreStampsByClock(factory: EnginePlaceFactory<OnlineStore>): void {
  it("stamps are max(clock, event time)", async () => {
    const clock = new ManualClock();
    await withEngine(factory, clock, async (store) => {
      const nowUs = clock.nowUs();
      const rows = [nowUs - 1n, nowUs, nowUs + 1n].map((at, id) => write({ id, at, stamp: true }));
      const outcomes = await store.apply(rows);
      expect(outcomes.map((it) => it.availableTimeUs)).toEqual([nowUs, nowUs, nowUs + 1n]);
      await clock.advance(250);
      const [later] = await store.apply([write({ id: 9, stamp: true })]);
      expect(later!.availableTimeUs).toBe(nowUs + 250_000n);
    });
  });
}
