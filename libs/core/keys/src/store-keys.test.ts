import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeKey, lmdbKey, redisKey, splitLmdbKey, splitRedisKey } from "./index.ts";
import { keyTuples, keyTypeTuples } from "./key-value.testdata.ts";

const entityKeys = keyTypeTuples.chain((types) => keyTuples(types).map((values) => encodeKey(types, values)));
const viewIds = fc.oneof(fc.constantFrom(0, 1, 0x7b, 0x7d, 0x7d7d7d7d, 2 ** 32 - 1), fc.nat(2 ** 32 - 1));

/** What Redis Cluster hashes, by its specification. */
function hashed(key: Buffer): Buffer {
  const open = key.indexOf("{");
  const close = key.indexOf("}", open + 1);
  return open >= 0 && close > open + 1 ? key.subarray(open + 1, close) : key;
}

describe("redisKey()", () => {
  test("is `{`, the key code, `}` and the view id", () => {
    expect(redisKey(258, encodeKey(["BOOL"], [true])).toString("hex")).toBe("7b01117d00000102");
  });

  test("gives all views of an entity key the same, non-empty hash tag", () => {
    fc.assert(
      fc.property(entityKeys, viewIds, viewIds, (entityKey, a, b) => {
        expect(hashed(redisKey(a, entityKey))).toEqual(hashed(redisKey(b, entityKey)));
        expect(hashed(redisKey(a, entityKey)).length).toBeLessThanOrEqual(entityKey.length);
      }),
    );
  });

  test("keeps the hash tag of a global entity, and of a text that begins with braces, non-empty", () => {
    expect(hashed(redisKey(7, encodeKey([], [])))).toEqual(Buffer.of(0x01));
    expect(hashed(redisKey(7, encodeKey(["STRING"], ["}{}"])))).toEqual(Buffer.of(0x01, 0x40));
  });

  test("is undone by splitRedisKey()", () => {
    fc.assert(
      fc.property(entityKeys, viewIds, (entityKey, viewId) => {
        const split = splitRedisKey(redisKey(viewId, entityKey));
        expect(split.viewId).toBe(viewId);
        expect(Buffer.from(split.entityKey)).toEqual(Buffer.from(entityKey));
      }),
    );
  });
});

describe("splitRedisKey()", () => {
  test.for(["", "{}0000", "watermarks", "{a}", "(a}0000"])("refuses %o", (key) => {
    expect(() => splitRedisKey(Buffer.from(key))).toThrow(expect.objectContaining({ kind: "DATA_LOSS" }));
  });
});

describe("lmdbKey()", () => {
  test("orders rows by view id, then by entity key, and is undone by splitLmdbKey()", () => {
    const sides = fc.tuple(viewIds, entityKeys);
    fc.assert(
      fc.property(sides, sides, ([aView, aKey], [bView, bKey]) => {
        const compared = Buffer.compare(lmdbKey(aView, aKey), lmdbKey(bView, bKey));
        expect(compared).toBe(Math.sign(aView - bView) || Buffer.compare(aKey, bKey));
        expect(splitLmdbKey(lmdbKey(aView, aKey)).viewId).toBe(aView);
        expect(Buffer.from(splitLmdbKey(lmdbKey(aView, aKey)).entityKey)).toEqual(Buffer.from(aKey));
      }),
    );
  });

  test("has an inverse that refuses a key without an entity key", () => {
    expect(() => splitLmdbKey(Buffer.alloc(4))).toThrow(expect.objectContaining({ kind: "DATA_LOSS" }));
  });
});
