import { encodeKey } from "@timewell/keys";
import type { OnlineStore } from "@timewell/store-ports";
import { headerBytes, rowBytesMax } from "@timewell/row";
import { ManualClock } from "@timewell/ttl";
import { describe, expect, it } from "vitest";
import { withEngine, type EnginePlaceFactory } from "./engine-place.ts";
import { keysOf, stored, write } from "./online-row.testdata.ts";

const viewIdMax = 2 ** 32 - 1;

/** Reading: order, misses, bytes, keys that must not meet. */
export function onlineStoreReads(factory: EnginePlaceFactory<OnlineStore>): void {
  describe("read()", () => {
    orderAndMisses(factory);
    bytes(factory);
    keys(factory);
  });
}

function orderAndMisses(factory: EnginePlaceFactory<OnlineStore>): void {
  it("a new store has no rows and no watermarks, and answers its check", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      expect(await store.read(keysOf([1, 2]))).toEqual([undefined, undefined]);
      expect(await store.read([])).toEqual([]);
      expect(await store.apply([])).toEqual([]);
      expect(await store.watermarks()).toEqual(new Map());
      await store.check();
      expect(await store.runId()).not.toBe("");
      expect(await store.runId()).toBe(await store.runId());
    }));

  it("10,000 keys come back in their order, with misses between", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      const ids = Array.from({ length: 10_000 }, (_, i) => (i * 7_919) % 10_000);
      const evenIds = ids.filter((id) => id % 2 === 0);
      const outcomes = await store.apply(evenIds.map((id) => write({ id, payload: `row ${id}` })));
      expect(outcomes.length).toBe(evenIds.length);
      const rows = await store.read(keysOf(ids));
      const payloads = rows.map((row) => row && Buffer.from(row.subarray(headerBytes)).toString());
      expect(payloads).toEqual(ids.map((id) => (id % 2 === 0 ? `row ${id}` : undefined)));
    }));

  it("a key that is asked for twice is answered twice, also in two reads at once", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      await store.apply([write({ id: 1, payload: "one" }), write({ id: 2, payload: "two" })]);
      const texts = async (ids: number[]) =>
        (await store.read(keysOf(ids))).map((row) => row && Buffer.from(row).toString("latin1").slice(-3));
      const [a, b] = await Promise.all([texts([1, 2, 1, 3, 1]), texts([2, 1])]);
      expect(a).toEqual(["one", "two", "one", undefined, "one"]);
      expect(b).toEqual(["two", "one"]);
    }));
}

function bytes(factory: EnginePlaceFactory<OnlineStore>): void {
  it("gives back what was applied, byte for byte: all byte values, none, the longest row", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      const allBytes = Uint8Array.from({ length: 256 }, (_, i) => i);
      const payloads = [
        allBytes,
        new Uint8Array(0),
        Uint8Array.of(0),
        new Uint8Array(rowBytesMax - headerBytes).fill(0x80),
        Buffer.from("\r\n$5\r\nhello\r\n"),
      ];
      const writes = payloads.map((payload, id) => write({ id, payload, available: 5_000 }));
      await store.apply(writes);
      const rows = await store.read(keysOf(payloads.map((_, id) => id)));
      for (const [i, row] of rows.entries()) expect(Buffer.compare(row!, writes[i]!.row), `row ${i}`).toBe(0);
    }));

  it("apply() copies the rows: a caller may use its buffers again", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      const one = write({ id: 1, payload: "one", available: 5_000, stamp: false });
      const entityKey = Uint8Array.from(one.entityKey);
      await store.apply([{ ...one, entityKey }]);
      entityKey.fill(9);
      one.row.fill(9);
      expect(await stored(store)).toMatchObject({ payload: "one" });
    }));

  it("what one read returned is not changed by a write after it", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      await store.apply([write({ at: 1, payload: "one" })]);
      const [row] = await store.read(keysOf([1]));
      const copy = Buffer.from(row!);
      const writing = store.apply([write({ at: 2, payload: "two" })]);
      expect(Buffer.compare(row!, copy)).toBe(0);
      await writing;
    }));
}

function keys(factory: EnginePlaceFactory<OnlineStore>): void {
  it("one entity has a row in each view, at both ends of the view ids", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      const viewIds = [0, 1, 255, 256, 0x7d7d7d7d, viewIdMax - 1, viewIdMax];
      await store.apply(viewIds.map((viewId) => write({ viewId, payload: `view ${viewId}` })));
      for (const viewId of viewIds) {
        expect(await stored(store, keysOf([1], viewId)[0]!)).toMatchObject({ payload: `view ${viewId}` });
      }
      expect(await stored(store, keysOf([1], 2)[0]!)).toBeUndefined();
    }));

  it("keys of 1,024 bytes that differ in the last one do not meet, nor do keys that begin alike", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      const long = new Uint8Array(1_021).fill(0xff);
      const parts = ["", "a", "a\0", "a\0b", "ab", "}", "{", "{}", "a}", "\u{10ffff}"];
      const entityKeys = [
        encodeKey([], []),
        ...parts.map((part) => encodeKey(["STRING"], [part])),
        encodeKey(["STRING", "STRING"], ["a", ""]),
        encodeKey(["STRING", "STRING"], ["", "a"]),
        encodeKey(["BYTES"], [long]),
        encodeKey(["BYTES"], [Uint8Array.from(long).fill(0xfe, 1_020)]),
        encodeKey(["BYTES"], [long.subarray(1)]),
      ];
      expect(Math.max(...entityKeys.map((key) => key.length))).toBe(1_024);
      const rows = entityKeys.map((entityKey, i) =>
        write({ entityKey, viewId: viewIdMax, payload: `key ${i}` }),
      );
      const outcomes = await store.apply(rows);
      expect(outcomes.every(({ written }) => written)).toBe(true);
      for (const [i, entityKey] of entityKeys.entries()) {
        expect(await stored(store, { viewId: viewIdMax, entityKey })).toMatchObject({ payload: `key ${i}` });
      }
    }));
}
