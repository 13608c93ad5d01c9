import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stampRuns } from "./stamp-runs.ts";

const stamps = fc.array(fc.record({ position: fc.bigInt(1n, 30n), availableTimeUs: fc.bigInt(1n, 3n) }));
const takenPositions = fc.uniqueArray(fc.bigInt(1n, 30n));

describe("stampRuns()", () => {
  it("covers what was stamped and not taken, each position once, in as few runs as there can be", () => {
    fc.assert(
      fc.property(stamps, takenPositions, (list, taken) => {
        const wanted = new Map<bigint, bigint>();
        for (const { position, availableTimeUs } of list)
          if (!taken.includes(position) && !wanted.has(position)) wanted.set(position, availableTimeUs);
        const spans = stampRuns(taken.map((position) => ({ position, availableTimeUs: 0n })));
        const runs = stampRuns(list, spans);
        const found = runs.flatMap(({ first, last, availableTimeUs }) =>
          Array.from({ length: Number(last - first + 1n) }, (_, i) => [first + BigInt(i), availableTimeUs]),
        );
        expect(found).toEqual([...wanted].sort(([a], [b]) => Number(a - b)));
        const joins = runs.filter((run, i) => {
          const before = runs[i - 1];
          return before?.last === run.first - 1n && before.availableTimeUs === run.availableTimeUs;
        });
        expect(joins).toEqual([]);
      }),
    );
  });
});
