import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allTypes, makeField, rows } from "./feature-value.testdata.ts";
import {
  compileRowCodec,
  encodeStoredRow,
  headerBytes,
  rowBytesMax,
  type FeatureType,
  type FeatureValue,
} from "./index.ts";
import { protobufTwin } from "./protobuf-twin.testdata.ts";

const dataLoss = expect.objectContaining({ kind: "DATA_LOSS" });

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** Encodes one value as field 1. */
function encodeOne(type: FeatureType, value: FeatureValue): string {
  return hex(compileRowCodec([makeField(1, type)]).encode([value]));
}

function decodeOne(type: FeatureType, payload: string): FeatureValue {
  return compileRowCodec([makeField(1, type)]).decode(Buffer.from(payload, "hex"))[0]!;
}

describe("RowCodec.encode()", () => {
  test("gives the bytes of protobuf-es for every schema and row", () => {
    fc.assert(
      fc.property(rows, ([fields, values]) => {
        expect(hex(compileRowCodec(fields).encode(values))).toBe(hex(protobufTwin(fields).encode(values)));
      }),
      { numRuns: 300 },
    );
  });

  test.for<[FeatureType, FeatureValue, string]>([
    ["BOOL", false, "0800"],
    ["INT32", 0, "0800"],
    ["INT32", -1, "08ffffffffffffffffff01"],
    ["INT64", 0n, "0800"],
    ["INT64", -(2n ** 63n), "0880808080808080808001"],
    ["TIMESTAMP", 128n, "088001"],
    ["FLOAT", -0, "0d00000080"],
    ["DOUBLE", -0, "090000000000000080"],
    ["STRING", "", "0a00"],
    ["BYTES", new Uint8Array(), "0a00"],
    ["DOUBLE", null, ""],
    ["DOUBLE_LIST", null, ""],
    ["DOUBLE_LIST", [], "0a00"],
    ["INT32_LIST", [1, -1], "0a0d0a0b01ffffffffffffffffff01"],
    ["STRING_LIST", ["", "a"], "0a050a000a0161"],
    ["BOOL_LIST", [true, false], "0a040a020100"],
  ])("writes %s %o as %s", ([type, value, bytes]) => {
    expect(encodeOne(type, value)).toBe(bytes);
    expect(decodeOne(type, bytes)).toEqual(value);
  });

  test("writes one NaN, whatever its payload was", () => {
    const odd = new DataView(new ArrayBuffer(12));
    odd.setBigUint64(0, 0xfff8_0000_dead_beefn);
    odd.setUint32(8, 0xffc0_1234);
    for (const value of [Number.NaN, odd.getFloat64(0), odd.getFloat32(8)]) {
      expect(encodeOne("DOUBLE", value)).toBe("09000000000000f87f");
      expect(encodeOne("FLOAT", value)).toBe("0d0000c07f");
      expect(encodeOne("FLOAT_LIST", [value])).toBe("0a060a040000c07f");
    }
  });

  test("widens the lengths of long lists at every boundary", () => {
    for (const length of [14, 15, 16, 17, 2044, 2045, 2046, 2047, 2048, 2049]) {
      const values = Array.from({ length }, (_, i) => i / 3);
      const fields = [makeField(7, "DOUBLE_LIST"), makeField(9, "STRING")];
      const row = [values, "behind it"];
      expect(hex(compileRowCodec(fields).encode(row))).toBe(hex(protobufTwin(fields).encode(row)));
    }
  });

  test("allows a stored row of exactly 64 KiB and refuses one more byte of any kind", () => {
    const tooLong = expect.objectContaining({ kind: "LIMIT_EXCEEDED" });
    const text = compileRowCodec([makeField(1, "STRING")]);
    const roomBytes = rowBytesMax - headerBytes - 4;
    expect(text.encode(["x".repeat(roomBytes)])).toHaveLength(rowBytesMax - headerBytes);
    expect(() => text.encode(["x".repeat(roomBytes + 1)])).toThrow(tooLong);
    expect(() => encodeOne("BYTES", new Uint8Array(10_000_000))).toThrow(tooLong);
    expect(() => encodeOne("DOUBLE_LIST", new Array<number>(65_536).fill(1))).toThrow(tooLong);
    expect(() => encodeOne("INT64_LIST", new Array<bigint>(65_536).fill(-1n))).toThrow(tooLong);
    expect(() => encodeOne("STRING_LIST", new Array<string>(65_536).fill("x".repeat(48)))).toThrow(tooLong);
    // A refused row leaves nothing behind.
    expect(hex(text.encode(["a"]))).toBe("0a0161");
  });

  test("never hands out the same memory twice", () => {
    const codec = compileRowCodec([makeField(1, "INT64")]);
    const first = codec.encode([1n]);
    codec.encode([2n]);
    expect(hex(first)).toBe("0801");
  });

  test("refuses a row with a value too many or too few", () => {
    expect(() => compileRowCodec([]).encode([1])).toThrow(/got 1 values, expected 0/);
  });
});

describe("RowCodec.encodeStored()", () => {
  test("equals encodeStoredRow() of the payload", () => {
    fc.assert(
      fc.property(rows, ([fields, values]) => {
        const codec = compileRowCodec(fields);
        const header = { deleted: false, eventTimeUs: -5n, order: 2n ** 63n, availableTimeUs: 7n };
        expect(hex(codec.encodeStored(header, values))).toBe(
          hex(encodeStoredRow(header, codec.encode(values))),
        );
      }),
      { numRuns: 50 },
    );
  });
});

describe("RowCodec.decode()", () => {
  test("undoes encode(), and equals protobuf-es", () => {
    fc.assert(
      fc.property(rows, ([fields, values]) => {
        const payload = compileRowCodec(fields).encode(values);
        const decoded = compileRowCodec(fields).decode(payload);
        expect(decoded).toEqual(values);
        expect(decoded).toEqual(protobufTwin(fields).decode(payload));
      }),
      { numRuns: 300 },
    );
  });

  test("answers NULL for fields that older rows lack, and skips those that it does not know", () => {
    fc.assert(
      fc.property(rows, fc.infiniteStream(fc.boolean()), ([fields, values], coins) => {
        const kept = fields.map(() => coins.next().value as boolean);
        const some = fields.filter((_, i) => kept[i]);
        const someValues = values.filter((_, i) => kept[i]);
        const everything = compileRowCodec(fields).encode(values);
        expect(compileRowCodec(some).decode(everything)).toEqual(someValues);
        const older = compileRowCodec(some).encode(someValues);
        const expected = values.map((value, i) => (kept[i] ? value : null));
        expect(compileRowCodec(fields).decode(older)).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  test("says DATA_LOSS or gives a row for any damage, and never anything else", () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(rows, damage, fc.nat(), ([fields, values], flips, cut) => {
        const codec = compileRowCodec(fields);
        const payload = codec.encode(values);
        for (const [at, byte] of flips) if (payload.length > 0) payload[at % payload.length] = byte;
        try {
          expect(codec.decode(payload.subarray(0, cut % (payload.length + 1)))).toHaveLength(fields.length);
        } catch (error) {
          expect(error).toEqual(dataLoss);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test.for<[string, FeatureType, string]>([
    ["a cut tag", "INT32", "88"],
    ["a cut number", "INT64", "0880"],
    ["a number of 11 bytes", "INT64", "08ffffffffffffffffffff01"],
    ["a cut double", "DOUBLE", "0900000000000000"],
    ["text that overruns the row", "STRING", "0a0261"],
    ["text that is not UTF-8", "STRING", "0a02c328"],
    ["another wire type", "INT64", "0a00"],
    ["field number 0", "INT64", "0000"],
    ["a group", "INT64", "13"],
    ["a list that overruns the row", "DOUBLE_LIST", "0a02"],
    ["a packed list shorter than its wrapper", "BOOL_LIST", "0a040a010100"],
    ["a list element of another field", "STRING_LIST", "0a03120161"],
    ["a list element that overruns the list", "STRING_LIST", "0a020a026161"],
    ["a packed element that overruns the list", "BOOL_LIST", "0a030a018001"],
    ["half a float in a list", "FLOAT_LIST", "0a040a020000"],
    ["a vector of another dimension", "FLOAT_VECTOR", "0a00"],
  ])("says DATA_LOSS for %s", ([, type, payload]) => {
    expect(() => decodeOne(type, payload)).toThrow(dataLoss);
  });

  test("copies bytes, so that a value outlives its row", () => {
    const payload = Buffer.from("0a0161", "hex");
    const [value] = compileRowCodec([makeField(1, "BYTES")]).decode(payload);
    payload.fill(0);
    expect(value).toEqual(Uint8Array.of(0x61));
  });

  test("knows every feature type", () => {
    expect(allTypes).toHaveLength(17);
    for (const type of allTypes) expect(decodeOne(type, "")).toBeNull();
  });
});
