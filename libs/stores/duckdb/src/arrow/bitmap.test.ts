import fc from "fast-check";
import { expect, it } from "vitest";
import { Bitmap } from "./bitmap.ts";

const piece = fc.record({
  bits: fc.option(fc.array(fc.boolean(), { minLength: 80, maxLength: 200 })),
  start: fc.integer({ min: 0, max: 40 }),
  count: fc.integer({ min: 0, max: 40 }),
});

it("Bitmap keeps the bits of any pieces at any offsets", () => {
  const bitmap = new Bitmap();
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const expected: boolean[] = [];
      for (const { bits, start, count } of pieces) {
        bitmap.append(bits === null ? undefined : packed(bits), start, count);
        for (let i = 0; i < count; i++) expected.push(bits === null || bits[start + i]!);
      }
      const { bytes, nullCount, length } = bitmap.finish();
      const read = Array.from(
        { length },
        (_, i) => bytes === undefined || ((bytes[i >> 3]! >> (i & 7)) & 1) === 1,
      );
      expect(read).toEqual(expected);
      expect(nullCount).toBe(expected.filter((bit) => !bit).length);
    }),
  );
});

function packed(bits: readonly boolean[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  bits.forEach((bit, i) => (bytes[i >> 3]! |= bit ? 1 << (i & 7) : 0));
  return bytes;
}
