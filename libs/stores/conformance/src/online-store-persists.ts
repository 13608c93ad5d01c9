import type { OnlineStore } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import { describe, expect, it } from "vitest";
import { withPlace, type EnginePlaceFactory } from "./engine-place.ts";
import { stored, write } from "./online-row.testdata.ts";

const fence = { partition: 4, epoch: 8n };

/** Rows, fences and watermarks outlive the handle and are seen by others. */
export function onlineStorePersists(factory: EnginePlaceFactory<OnlineStore>): void {
  describe("close(), open() and a second handle", () => {
    it("rows, fences and watermarks are there after the store is opened again, under the same run id", () =>
      withPlace(factory, new ManualClock(), async (place) => {
        const before = await place.open();
        await before.apply([write({ payload: "kept" })], { fence, watermark: 3n });
        const runId = await before.runId();
        await before.close();
        const after = await place.open();
        expect(await stored(after)).toMatchObject({ payload: "kept" });
        expect(await after.watermarks()).toEqual(new Map([[4, 3n]]));
        expect(await after.runId()).toBe(runId);
        const stale = after.apply([], { fence: { ...fence, epoch: 7n } });
        await expect(stale).rejects.toMatchObject({ kind: "FENCED" });
        await after.close();
      }));

    it("what one handle wrote, another one reads and compares with", () =>
      withPlace(factory, new ManualClock(), async (place) => {
        const [a, b] = [await place.open(), await place.open()];
        await a.apply([write({ at: 2, payload: "a" })], { fence });
        expect(await stored(b)).toMatchObject({ payload: "a" });
        expect((await b.apply([write({ at: 1, payload: "b" })]))[0]).toMatchObject({ written: false });
        await b.apply([write({ at: 3, payload: "b" })]);
        expect(await stored(a)).toMatchObject({ payload: "b" });
        const stale = b.apply([], { fence: { ...fence, epoch: 7n } });
        await expect(stale).rejects.toMatchObject({ kind: "FENCED" });
        await Promise.all([a.close(), b.close()]);
      }));
  });
}
