import fc from "fast-check";
import { expect, test } from "vitest";
import { found, LatestRows } from "./latest-rows.ts";

/** Numbers whose words compare otherwise than they do, beside each other and far apart. */
const times = fc.constantFrom(
  -(2n ** 55n),
  -1n,
  0n,
  1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 57n + 1n,
);
const orders = fc.constantFrom(0n, 2n ** 31n, 2n ** 32n, 2n ** 62n, (2n ** 63n) | 1n, 2n ** 64n - 1n);
const history = fc.array(
  fc.record({ entity: fc.nat(2), eventUs: times, availableUs: times, order: orders, deleted: fc.boolean() }),
  { maxLength: 30 },
);
const labels = fc.array(fc.record({ entity: fc.nat(2), atUs: times }), { maxLength: 12 });

const words = (values: readonly bigint[]): Int32Array =>
  new Int32Array(BigInt64Array.from(values, (value) => BigInt.asIntN(64, value)).buffer);

test("LatestRows finds what a search through all rows finds, whichever order they come in", () => {
  fc.assert(
    fc.property(history, labels, fc.boolean(), fc.nat(30), (rows, given, isAvailable, cut) => {
      const asked = given.toSorted((a, b) => a.entity - b.entity || (a.atUs < b.atUs ? -1 : 1));
      const starts = Int32Array.from([0, 1, 2, 3], (g) => asked.filter(({ entity }) => entity < g).length);
      const latest = new LatestRows({ starts, instants: words(asked.map(({ atUs }) => atUs)) }, isAvailable);
      for (const [from, end] of [
        [0, Math.min(cut, rows.length)],
        [Math.min(cut, rows.length), rows.length],
      ] as const) {
        const part = rows.slice(from, end);
        latest.take(
          {
            entity: Int32Array.from(part, ({ entity }) => entity),
            eventTime: words(part.map(({ eventUs }) => eventUs)),
            order: words(part.map(({ order }) => order)),
            row: words(part.map((_, i) => BigInt(from + i))),
            deleted: Uint8Array.from(part, ({ deleted }) => Number(deleted)),
            availableTime: isAvailable ? words(part.map(({ availableUs }) => availableUs)) : undefined,
          },
          part.length,
        );
      }
      const fromUs = (i: number) => rows[i]![isAvailable ? "availableUs" : "eventUs"];
      latest.finish((label, state, best) => {
        const { entity, atUs } = asked[label]!;
        const seen = rows.flatMap((row, i) => (row.entity === entity && fromUs(i) <= atUs ? [i] : []));
        const [expected] = seen.sort(
          (a, b) =>
            Number(rows[b]!.eventUs - rows[a]!.eventUs) ||
            Number(rows[b]!.order - rows[a]!.order) ||
            Number(fromUs(a) - fromUs(b)) ||
            a - b,
        );
        if (expected === undefined) return expect(state).toBe(found.nothing);
        expect(state).toBe(rows[expected]!.deleted ? found.tombstone : found.row);
        expect([latest.rowLow(best), latest.rowHigh(best)]).toEqual([expected, 0]);
        const ageUs = atUs - rows[expected]!.eventUs;
        for (const limitUs of [ageUs - 1n, ageUs].filter((us) => us > 0n))
          expect(latest.isOlderThan(limitUs)(label, best)).toBe(limitUs < ageUs);
        expect(latest.isOlderThan(0n)(label, best)).toBe(false);
      });
    }),
  );
});
