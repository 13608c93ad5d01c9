import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { chunkLengthUs, chunksMax, chunksOf } from "./chunks-of.ts";

const hourUs = 3_600_000_000n;

describe("chunksOf()", () => {
  it("covers a range once, without gaps", () => {
    fc.assert(
      fc.property(
        fc.bigInt(-(10n ** 15n), 10n ** 15n),
        fc.bigInt(1n, 10n ** 12n),
        fc.bigInt(10n ** 9n, 10n ** 12n),
        (fromUs, rangeUs, lengthUs) => {
          const chunks = chunksOf(fromUs, fromUs + rangeUs, lengthUs);
          expect(chunks[0]?.fromUs).toBe(fromUs);
          expect(chunks.at(-1)?.toUs).toBe(fromUs + rangeUs);
          chunks.slice(1).forEach((chunk, i) => expect(chunk.fromUs).toBe(chunks[i]?.toUs));
          expect(chunks.map(({ number }) => number)).toEqual(chunks.map((_, i) => i));
        },
      ),
    );
  });

  it("refuses more chunks than it may have", () => {
    expect(() => chunksOf(0n, BigInt(chunksMax) + 1n, 1n)).toThrow(
      /in 10001 chunks: a backfill has at most 10000/,
    );
  });
});

describe("chunkLengthUs()", () => {
  it("makes at most 100 chunks of any range, of a usual length where there is one", () => {
    expect(chunkLengthUs(0n, hourUs)).toBe(60_000_000n);
    expect(chunkLengthUs(0n, 24n * 365n * hourUs)).toBe(7n * 24n * hourUs);
    const years10000 = 315_000_000_000_000_000n;
    expect(chunksOf(0n, years10000, chunkLengthUs(0n, years10000)).length).toBe(100);
  });
});
