import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { addGap, type OnlineGap } from "./online-gaps.ts";

const gap = (fromUs: bigint, toUs?: bigint): OnlineGap => ({
  store: "redis",
  fromUs,
  toUs,
  reason: "UNREACHABLE",
});

/** Outages as they are noticed, one after the other: how long after the one before, how long before that it began, whether it ended. */
const outages = fc.array(
  fc.record({ later: fc.nat({ max: 4 }), length: fc.nat({ max: 8 }), ended: fc.boolean() }),
  { maxLength: 12 },
);

describe("addGap()", () => {
  it("covers exactly the instants of the outages that were added, in order and apart from each other", () => {
    fc.assert(
      fc.property(outages, (added) => {
        const covered = new Set<number>();
        let gaps: OnlineGap[] = [];
        let openFrom: number | undefined;
        let now = 0;
        for (const { later, length, ended } of added) {
          now += later;
          const from = now - length;
          gaps = addGap(gaps, gap(BigInt(from), ended ? BigInt(now) : undefined));
          openFrom = Math.min(openFrom ?? from, from);
          for (let at = openFrom; at <= now; at++) covered.add(at);
          if (ended) openFrom = undefined;
          for (let at = -10; at <= 60; at++) {
            const lasts = openFrom !== undefined && at >= openFrom;
            expect(gaps.some((each) => isIn(each, BigInt(at)))).toBe(covered.has(at) || lasts);
          }
          for (let i = 1; i < gaps.length; i++) expect(gaps[i - 1]!.toUs! < gaps[i]!.fromUs).toBe(true);
        }
      }),
    );
  });

  it("joins the closest where there are too many, and never leaves an instant out", () => {
    const all = [gap(0n, 1n), gap(10n, 11n), gap(13n, 14n), gap(30n)];
    let gaps: OnlineGap[] = [];
    for (const each of all) gaps = addGap(gaps, each, 3);
    expect(gaps).toEqual([gap(0n, 1n), gap(10n, 14n), gap(30n)]);
    expect(addGap(gaps, gap(20n, 21n), 3).map(({ fromUs, toUs }) => [fromUs, toUs])).toEqual([
      [0n, 1n],
      [10n, 21n],
      [30n, 30n],
    ]);
  });

  it("ends the gap that lasts, wherever the closed one begins", () => {
    expect(addGap([gap(5n)], gap(20n, 30n))).toEqual([gap(5n, 30n)]);
    expect(addGap([gap(5n)], gap(1n, 3n))).toEqual([gap(1n, 3n), gap(5n, 5n)]);
  });
});

function isIn({ fromUs, toUs }: OnlineGap, atUs: bigint): boolean {
  return fromUs <= atUs && (toUs === undefined || atUs <= toUs);
}
