import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeField, rows } from "./feature-value.testdata.ts";
import { compileCanonicalCheck, compileRowCodec, normalizeFeatureValue, type FeatureType } from "./index.ts";

function holds(type: FeatureType, hex: string, dimension = 0): boolean {
  const bytes = Buffer.from(hex, "hex");
  return compileCanonicalCheck([{ ...makeField(1, type), dimension }])(bytes, 0, bytes.length);
}

describe("compileCanonicalCheck()", () => {
  test("takes what the codec writes, for every schema and row that may be stored", () => {
    fc.assert(
      fc.property(rows, fc.nat(9), ([fields, values], before) => {
        const stored = values.map((value, i) => {
          try {
            return normalizeFeatureValue(fields[i]!, value, "x");
          } catch {
            return null;
          }
        });
        const payload = compileRowCodec(fields).encode(stored);
        const bytes = Buffer.concat([Buffer.alloc(before, 0xff), payload, Buffer.alloc(3, 0xff)]);
        expect(compileCanonicalCheck(fields)(bytes, before, before + payload.length)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test("what it takes after any change of bytes is what the codec writes for the values in them", () => {
    const edit = fc.record({ at: fc.nat(400), byte: fc.integer({ min: 0, max: 255 }), cut: fc.boolean() });
    fc.assert(
      fc.property(rows, edit, ([fields, values], { at, byte, cut }) => {
        const codec = compileRowCodec(fields);
        const bytes = Buffer.from(codec.encode(values));
        if (bytes.length > 0) bytes[at % bytes.length] = byte;
        const end = cut ? at % (bytes.length + 1) : bytes.length;
        if (!compileCanonicalCheck(fields)(bytes, 0, end)) return;
        const payload = bytes.subarray(0, end);
        const decoded = codec.decode(payload);
        const stored = decoded.map((value, i) => normalizeFeatureValue(fields[i]!, value, "x"));
        expect(Buffer.from(codec.encode(stored)).toString("hex")).toBe(payload.toString("hex"));
      }),
      { numRuns: 2_000 },
    );
  });

  test.for<[FeatureType, string, string]>([
    ["DOUBLE", "09000000000000f8ff", "a NaN with a sign"],
    ["DOUBLE", "09010000000000f07f", "a NaN with a payload"],
    ["FLOAT", "0d0100807f", "a NaN of 32 bits with a payload"],
    ["INT64", "088000", "a longer varint than needed"],
    ["INT64", "08ffffffffffffffffff03", "more than 64 bits"],
    ["INT32", "0880808080808001", "an INT32 of more than 32 bits"],
    ["BOOL", "0802", "a BOOL that is 2"],
    ["STRING", "0a01ff", "text that is not UTF-8"],
    ["STRING", "0a0561", "text that is cut off"],
    ["TIMESTAMP", "08ffffffffffffffff7f", "a time after the year 9999"],
    ["DOUBLE_LIST", "0a020a00", "an empty packed list that is written"],
    ["INT32_LIST", "0a020801", "a list that is not packed"],
    ["INT32_LIST", "0a060a01010a0102", "a packed list in two parts"],
    ["INT64", "08010801", "a field twice"],
    ["INT64", "1001", "a field that is not known"],
    ["INT64", "0901000000000000000", "another wire type"],
  ])("refuses %s %s: %s", ([type, bytes]) => {
    expect(holds(type, bytes)).toBe(false);
  });

  test("refuses a vector of another dimension, and a row over 64 KiB", () => {
    expect(holds("FLOAT_VECTOR", "0a060a0400000000", 1)).toBe(true);
    expect(holds("FLOAT_VECTOR", "0a060a0400000000", 2)).toBe(false);
    const long = Buffer.concat([Buffer.from("0a808004", "hex"), Buffer.alloc(65_536, 0x61)]);
    expect(holds("STRING", long.toString("hex"))).toBe(false);
  });
});
