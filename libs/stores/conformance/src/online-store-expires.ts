import type { OnlineStore } from "@timewell/store-ports";
import { systemClock } from "@timewell/ttl";
import { describe, expect, it } from "vitest";
import { withEngine, type EnginePlaceFactory } from "./engine-place.ts";
import { keysOf, stored, write } from "./online-row.testdata.ts";

const clock = systemClock();
const aMomentUs = 150_000n;

/** Physical expiry, in real time: a server's clock cannot be passed in. */
export function onlineStoreExpires(factory: EnginePlaceFactory<OnlineStore>): void {
  describe("physical expiry", () => {
    it("a row is there until its time and gone after it; others stay (semantics 3)", () =>
      withEngine(factory, clock, async (store) => {
        const expiresAtUs = clock.nowUs() + aMomentUs;
        await store.apply([
          write({ id: 1, expiresAtUs }),
          write({ id: 2 }),
          write({ id: 3, expiresAtUs: expiresAtUs + 3_600_000_000n }),
        ]);
        expect((await store.read(keysOf([1, 2, 3]))).every((row) => row !== undefined)).toBe(true);
        await clock.sleep(Number(aMomentUs) / 1_000 + 50);
        const left = (await store.read(keysOf([1, 2, 3]))).map((row) => row !== undefined);
        expect(left).toEqual([false, true, true]);
      }));

    it("a newer row brings its own expiry, or none; an older one changes nothing", () =>
      withEngine(factory, clock, async (store) => {
        const expiresAtUs = clock.nowUs() + aMomentUs;
        await store.apply([write({ id: 1, at: 1, expiresAtUs }), write({ id: 2, at: 2 })]);
        await store.apply([write({ id: 1, at: 2, payload: "newer" }), write({ id: 2, at: 1, expiresAtUs })]);
        await clock.sleep(Number(aMomentUs) / 1_000 + 50);
        expect(await stored(store)).toMatchObject({ payload: "newer" });
        expect(await stored(store, keysOf([2])[0]!)).toBeDefined();
      }));

    it("a row whose time has passed is not there after it is written", () =>
      withEngine(factory, clock, async (store) => {
        await store.apply([write({ expiresAtUs: clock.nowUs() - 1_000_000n })]);
        expect(await stored(store)).toBeUndefined();
      }));
  });
}
