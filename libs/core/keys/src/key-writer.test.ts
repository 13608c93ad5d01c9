import { timeMaxUs, timeMinUs } from "@timewell/ttl";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeKey, KeyWriter, type KeyType, type KeyValue } from "./index.ts";
import { keyTuples, keyTypeTuples } from "./key-value.testdata.ts";

const writer = new KeyWriter();

function writePart(type: KeyType, value: KeyValue): void {
  if (type === "BOOL") return writer.bool(value as boolean);
  if (type === "STRING" || type === "BYTES") {
    const part = Buffer.from(value as string);
    const inside = Buffer.concat([Buffer.of(0xff, 0), part, Buffer.of(0xff)]);
    if (type === "STRING") return writer.string(inside, 2, 2 + part.length);
    return writer.bytes(inside, 2, 2 + part.length);
  }
  const bits = BigInt.asUintN(64, value as bigint);
  const [high, low] = [Number(bits >> 32n), Number(bits & 0xffffffffn)];
  if (type === "TIMESTAMP") writer.timestamp(high, low);
  else writer.integer(high, low);
}

function write(types: readonly KeyType[], values: readonly KeyValue[]): Uint8Array {
  writer.begin();
  types.forEach((type, i) => writePart(type, values[i]!));
  return writer.finish();
}

describe("KeyWriter", () => {
  it("writes what encodeKey() writes, for every type", () => {
    const cases = keyTypeTuples.chain((types) => fc.tuple(fc.constant(types), keyTuples(types)));
    fc.assert(
      fc.property(cases, ([types, values]) => {
        expect(Buffer.compare(write(types, values), encodeKey(types, values))).toBe(0);
      }),
      { numRuns: Number(process.env.TIMEWELL_RUNS ?? 300) },
    );
    expect(write([], [])).toEqual(encodeKey([], []));
  });

  it.each([
    ["text", 1_021, true],
    ["text that is one byte too long", 1_022, false],
    ["NULs, which take two bytes each, in text", -510, true],
    ["one NUL too many", -511, false],
    ["text of any length", 1_000_000, false],
  ])("takes keys of up to 1,024 bytes: %s", (_, length, fits) => {
    const text = length < 0 ? "\0".repeat(-length) : "x".repeat(length);
    if (fits) expect(write(["STRING"], [text])).toEqual(encodeKey(["STRING"], [text]));
    else expect(() => write(["STRING"], [text])).toThrow("at most 1024 are allowed");
  });

  it("takes the times that encodeKey() takes, and no others", () => {
    expect(write(["TIMESTAMP"], [timeMinUs])).toEqual(encodeKey(["TIMESTAMP"], [timeMinUs]));
    expect(write(["TIMESTAMP"], [timeMaxUs])).toEqual(encodeKey(["TIMESTAMP"], [timeMaxUs]));
    for (const outside of [timeMinUs - 1n, timeMaxUs + 1n, -(2n ** 63n), 2n ** 63n - 1n])
      expect(() => write(["TIMESTAMP"], [outside])).toThrow("a time is");
  });

  it.each([[[0xc3]], [[0xed, 0xa0, 0x80]], [[0xff]]])("refuses text that is not UTF-8: %o", (bytes) => {
    writer.begin();
    expect(() => writer.string(Uint8Array.from(bytes), 0, bytes.length)).toThrow("not UTF-8");
  });
});
