import type { LogRow } from "@timewell/store-ports";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RecentRows } from "./recent-rows.ts";

function rowAt(position: bigint, partition = 3): LogRow {
  return { partition, position, viewId: 1, entityKey: Uint8Array.of(1) } as LogRow;
}

const lease = { partition: 3, epoch: 5n };
const positions = (rows: readonly LogRow[] | undefined) => rows?.map(({ position }) => Number(position));

describe("RecentRows", () => {
  it("answers rows without a gap from the position on, or nothing", () => {
    const step = fc.oneof(
      fc.record({ appended: fc.integer({ min: 1, max: 4 }), byOther: fc.boolean() }),
      fc.record({ drop: fc.integer({ min: 0, max: 40 }) }),
    );
    fc.assert(
      fc.property(fc.array(step), fc.nat(40), fc.integer({ min: 1, max: 5 }), (steps, after, rowsMax) => {
        const recent = new RecentRows(10);
        recent.hold([lease]);
        let head = 0;
        for (const one of steps) {
          if ("drop" in one) recent.drop(3, BigInt(one.drop));
          else {
            const rows = Array.from({ length: one.appended }, (_, i) => rowAt(BigInt(head + 1 + i)));
            if (!one.byOther) recent.add(rows, recent.leases);
            head += one.appended;
          }
        }
        const found = positions(recent.after(lease, BigInt(after), rowsMax));
        if (found === undefined) return;
        expect(found.length).toBeGreaterThan(0);
        expect(found.length).toBeLessThanOrEqual(rowsMax);
        expect(found).toEqual(found.map((_, i) => after + 1 + i));
        expect(found.at(-1)).toBeLessThanOrEqual(head);
      }),
    );
  });

  it("keeps rows until they are dropped, of leases that are held, and so many at most", () => {
    const recent = new RecentRows(4);
    recent.add([rowAt(1n)], recent.leases);
    expect(recent.after(lease, 0n, 9)).toBeUndefined();
    recent.hold([lease]);
    recent.add([rowAt(2n), rowAt(3n), rowAt(1n, 8)], recent.leases);
    expect(positions(recent.after(lease, 1n, 9))).toEqual([2, 3]);
    expect(recent.after(lease, 0n, 9)).toBeUndefined();
    recent.add([rowAt(4n), rowAt(5n), rowAt(6n)], recent.leases);
    expect(positions(recent.after(lease, 2n, 9))).toEqual([3, 4, 5]);
    recent.drop(3, 4n);
    expect(positions(recent.after(lease, 4n, 9))).toEqual([5]);
    recent.add([rowAt(7n)], recent.leases);
    expect(recent.after(lease, 4n, 9)).toBeUndefined();
    expect(positions(recent.after(lease, 6n, 9))).toEqual([7]);
  });

  it("leaves out rows that were written before the lease was taken", () => {
    const recent = new RecentRows(10);
    const { leases } = recent;
    recent.hold([lease]);
    recent.add([rowAt(1n)], leases);
    expect(recent.after(lease, 0n, 9)).toBeUndefined();
    recent.add([rowAt(1n)], recent.leases);
    expect(positions(recent.after(lease, 0n, 9))).toEqual([1]);
  });

  it("forgets the rows of a lease that is over", () => {
    const recent = new RecentRows(10);
    recent.hold([lease]);
    recent.add([rowAt(1n)], recent.leases);
    recent.hold([lease]);
    expect(positions(recent.after(lease, 0n, 9))).toEqual([1]);
    expect(recent.after({ ...lease, epoch: 6n }, 0n, 9)).toBeUndefined();
    recent.hold([{ ...lease, epoch: 6n }]);
    expect(recent.after({ ...lease, epoch: 6n }, 0n, 9)).toBeUndefined();
    recent.hold([]);
    recent.add([rowAt(2n)], recent.leases);
    expect(recent.after({ ...lease, epoch: 6n }, 1n, 9)).toBeUndefined();
  });
});
