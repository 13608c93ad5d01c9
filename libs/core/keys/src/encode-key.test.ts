import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeKey, encodeKey, keyBytesMax, keyTypes, type KeyType, type KeyValue } from "./index.ts";
import { compareTuples, keyTuplePairs, keyTuples, keyTypeTuples } from "./key-value.testdata.ts";

const golden: readonly (readonly [KeyType[], KeyValue[], string])[] = [
  [[], [], "01"],
  [["BOOL"], [false], "0110"],
  [["BOOL"], [true], "0111"],
  [["INT32"], [5n], "01208000000000000005"],
  [["INT64"], [5n], "01208000000000000005"],
  [["INT64"], [-1n], "01207fffffffffffffff"],
  [["TIMESTAMP"], [5n], "01308000000000000005"],
  [["STRING"], [""], "014000"],
  [["STRING"], ["a\0é"], "01406100ffc3a900"],
  [["BYTES"], [Uint8Array.of(0, 255)], "015000ffff00"],
  [["STRING", "INT32"], ["JFK", -7n], "01404a464b00207ffffffffffffff9"],
];

describe("encodeKey()", () => {
  test.for(golden)("writes %o %o as the bytes that are stored since version 1", ([types, values, hex]) => {
    expect(Buffer.from(encodeKey(types, values)).toString("hex")).toBe(hex);
    expect(decodeKey(types, Buffer.from(hex, "hex"))).toEqual(values);
  });

  test("is undone by decodeKey() for 1 to 8 parts of every type", () => {
    const cases = keyTypeTuples.chain((types) => fc.tuple(fc.constant(types), keyTuples(types)));
    fc.assert(
      fc.property(cases, ([types, values]) => {
        expect(decodeKey(types, encodeKey(types, values))).toEqual(values);
      }),
      { numRuns: 500 },
    );
  });

  test("gives bytes that compare as the tuples do, and equal bytes only for equal tuples", () => {
    const cases = keyTypeTuples.chain(keyTuplePairsOf);
    fc.assert(
      fc.property(cases, ([types, a, b]) => {
        const compared = Buffer.compare(encodeKey(types, a), encodeKey(types, b));
        expect(compared).toBe(compareTuples(a, b));
      }),
      { numRuns: 1000 },
    );
  });

  test("never gives one code to tuples of different types, but for INT32 and INT64", () => {
    const side = keyTypeTuples.chain((types) => fc.tuple(fc.constant(types), keyTuples(types)));
    fc.assert(
      fc.property(side, side, ([aTypes, a], [bTypes, b]) => {
        const sameCode = Buffer.compare(encodeKey(aTypes, a), encodeKey(bTypes, b)) === 0;
        const sameTuple = sortsOf(aTypes) === sortsOf(bTypes) && compareTuples(a, b) === 0;
        expect(sameCode).toBe(sameTuple);
      }),
      { numRuns: 1000 },
    );
  });

  test("keeps every pair of short texts and bytes apart, wherever the parts are cut", () => {
    const texts = ["", "\0", "\0\0", "a", "a\0", "\0a", "\u00ff", "\0\u00ff", "\u0001"];
    const codes = new Set<string>();
    for (const first of texts) {
      codes.add(Buffer.from(encodeKey(["STRING"], [first])).toString("hex"));
      for (const second of texts) {
        codes.add(Buffer.from(encodeKey(["STRING", "STRING"], [first, second])).toString("hex"));
        codes.add(Buffer.from(encodeKey(["STRING", "BYTES"], [first, Buffer.from(second)])).toString("hex"));
      }
    }
    expect(codes.size).toBe(texts.length + 2 * texts.length ** 2);
  });

  test("allows 1,024 bytes and refuses one more, naming size and limit", () => {
    // Version, tag and terminator take 3 bytes.
    expect(encodeKey(["STRING"], ["x".repeat(keyBytesMax - 3)])).toHaveLength(keyBytesMax);
    expect(() => encodeKey(["STRING"], ["x".repeat(keyBytesMax - 2)])).toThrow(
      expect.objectContaining({ kind: "INVALID_KEY", message: expect.stringMatching(/1025 bytes.*1024/) }),
    );
    const withNul = (length: number) => new Uint8Array(length).fill(1).with(0, 0);
    expect(encodeKey(["BYTES"], [withNul(keyBytesMax - 4)])).toHaveLength(keyBytesMax);
    expect(() => encodeKey(["BYTES"], [withNul(keyBytesMax - 3)])).toThrow(/1025 bytes, at most 1024/);
    expect(() => encodeKey(["BYTES"], [new Uint8Array(600)])).toThrow(/1203 bytes, at most 1024/);
    expect(() => encodeKey(["BYTES", "BYTES"], [new Uint8Array(500), new Uint8Array(1000)])).toThrow(
      /at most 1024/,
    );
  });

  test("refuses a ninth part, a missing part, and a value that is not of its type", () => {
    const nine = Array.from({ length: 9 }, (): KeyType => "BOOL");
    expect(() =>
      encodeKey(
        nine,
        nine.map(() => true),
      ),
    ).toThrow(/got 9 parts, at most 8/);
    expect(() => encodeKey(["INT64", "INT64"], [1n])).toThrow(/got 1 parts, expected 2/);
    expect(() => encodeKey(["INT32"], [2n ** 31n])).toThrow(/part 1 is 2147483648/);
    expect(() => encodeKey(["STRING"], [7n])).toThrow(/part 1 is 7, expected text/);
    expect(() => encodeKey(["STRING"], ["\ud800"])).toThrow(/lone surrogates/);
  });
});

describe("decodeKey()", () => {
  test("says DATA_LOSS for every cut, for a longer code, and for another version or type", () => {
    const code = encodeKey(keyTypes, [true, 1n, 2n, "a\0b", Uint8Array.of(0), 3n]);
    const dataLoss = expect.objectContaining({ kind: "DATA_LOSS" });
    for (let length = 0; length < code.length; length++) {
      expect(() => decodeKey(keyTypes, code.subarray(0, length)), `cut to ${length}`).toThrow(dataLoss);
    }
    expect(() => decodeKey(keyTypes, Buffer.concat([code, Buffer.of(0x10)]))).toThrow(dataLoss);
    expect(() => decodeKey(["BOOL"], Buffer.from("0210", "hex"))).toThrow(dataLoss);
    for (const type of keyTypes)
      expect(() => decodeKey([type], Buffer.from("0177", "hex"))).toThrow(dataLoss);
    expect(() => decodeKey(["INT32"], encodeKey(["INT64"], [2n ** 40n]))).toThrow(dataLoss);
    expect(() => decodeKey(["STRING"], Buffer.from("0140c300", "hex"))).toThrow(dataLoss);
  });
});

function keyTuplePairsOf(types: KeyType[]): fc.Arbitrary<[KeyType[], KeyValue[], KeyValue[]]> {
  return keyTuplePairs(types).map(([a, b]) => [types, a, b]);
}

/** Type tuples that share all codes have the same sorts. */
function sortsOf(types: readonly KeyType[]): string {
  return types.map((type) => (type === "INT32" ? "INT64" : type)).join();
}
