import type { ManifestSegment } from "@timewell/store-ports";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { allMerges, dueMerges } from "./choose-merges.ts";

const mib = 1024 * 1024;
const bounds = { segmentBytesMax: 64 * mib, segmentsMin: 4 };

let made = 0;

function segment(bytes: number, given: Partial<ManifestSegment> = {}): ManifestSegment {
  return {
    path: `segments/7/${++made}.parquet`,
    viewId: 7,
    schemaRevision: 1,
    rows: 1,
    bytes,
    sha256: "",
    eventTimeMinUs: BigInt(made),
    eventTimeMaxUs: BigInt(made),
    addedVersion: 1n,
    ...given,
  };
}

describe("dueMerges()", () => {
  it("merges segments of a similar size once there are enough of them, each view by itself", () => {
    const small = Array.from({ length: 4 }, () => segment(1_000));
    const medium = Array.from({ length: 3 }, () => segment(2 * mib));
    const ofOther = Array.from({ length: 3 }, () => segment(1_000, { viewId: 8 }));
    expect(dueMerges([...small, ...medium, ...ofOther], bounds)).toEqual([small]);
    expect(dueMerges(small.slice(1), bounds)).toEqual([]);
  });

  it("leaves segments over half of the bound alone, and makes none beyond the bound", () => {
    const large = Array.from({ length: 8 }, () => segment(33 * mib));
    const half = Array.from({ length: 5 }, () => segment(32 * mib));
    expect(dueMerges([...large, ...half], bounds)).toEqual([half.slice(0, 2), half.slice(2, 4)]);
  });

  it("writes a row a few times at most while a view grows by 2,000 flushes, and keeps few segments", () => {
    let segments: ManifestSegment[] = [];
    let written = 0;
    for (let flush = 0; flush < 2_000; flush++) {
      segments.push(segment(100_000));
      for (const group of dueMerges(segments, { ...bounds, segmentsMin: 16 })) {
        const bytes = group.reduce((sum, each) => sum + each.bytes, 0);
        written += bytes;
        segments = [...segments.filter((each) => !group.includes(each)), segment(bytes)];
      }
    }
    expect(written / (2_000 * 100_000)).toBeLessThan(4);
    expect(segments.length).toBeLessThan(40);
  });
});

describe("allMerges()", () => {
  it("puts every small segment into one group at most, in order of time, within the bound", () => {
    const sizes = fc.array(
      fc.record({ bytes: fc.nat(40 * mib), viewId: fc.constantFrom(7, 8), at: fc.nat(9) }),
    );
    fc.assert(
      fc.property(sizes, (given) => {
        const segments = given.map(({ bytes, viewId, at }) =>
          segment(bytes, { viewId, eventTimeMinUs: BigInt(at) }),
        );
        const groups = allMerges(segments, bounds);
        const grouped = groups.flat();
        expect(new Set(grouped).size).toBe(grouped.length);
        for (const group of groups) {
          expect(group.length).toBeGreaterThan(1);
          expect(new Set(group.map(({ viewId }) => viewId)).size).toBe(1);
          expect(group.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(64 * mib);
          const times = group.map(({ eventTimeMinUs }) => Number(eventTimeMinUs));
          expect(times).toEqual([...times].sort((a, b) => a - b));
        }
        const left = segments.filter((each) => !grouped.includes(each) && each.bytes < mib);
        for (const viewId of [7, 8]) {
          const neighbours = left.filter((each) => each.viewId === viewId).length;
          const groupsOfView = groups.filter(([first]) => first?.viewId === viewId).length;
          expect(neighbours).toBeLessThanOrEqual(groupsOfView + given.length / 2 + 1);
        }
      }),
    );
  });
});
