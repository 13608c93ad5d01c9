import fc from "fast-check";
import type { OnlineStore } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import { describe, expect, it } from "vitest";
import { withEngine, type EnginePlaceFactory } from "./engine-place.ts";
import { keysOf, stored, write } from "./online-row.testdata.ts";
import { runs } from "./runs.ts";

interface Version {
  readonly id: number;
  readonly at: bigint;
  readonly order: bigint;
}

/** Few keys and many ties; bytes 0x00, 0x7f, 0x80 and 0xff at every place that a wrong compare would trip over. */
const edges = [
  -(2n ** 62n),
  -256n,
  -1n,
  0n,
  1n,
  127n,
  128n,
  255n,
  256n,
  2n ** 32n,
  2n ** 53n + 1n,
  2n ** 62n,
];
const version: fc.Arbitrary<Version> = fc.record({
  id: fc.integer({ min: 0, max: 3 }),
  at: fc.constantFrom(...edges),
  order: fc.oneof(
    fc.bigInt({ min: 0n, max: 3n }),
    fc.constantFrom(2n ** 63n - 1n, 2n ** 63n, 2n ** 63n + 128n, 2n ** 64n - 1n),
  ),
});

/** The rule itself, as slowly as possible, for random histories. */
export function onlineStoreLatestWins(factory: EnginePlaceFactory<OnlineStore>): void {
  describe("latest wins", () => {
    oneWriter(factory);
    manyWriters(factory);
  });
}

function isGreater(a: Version, b: Version): boolean {
  return a.at !== b.at ? a.at > b.at : a.order > b.order;
}

function rowOf({ id, at, order }: Version, viewId: number) {
  return write({ id, at, order, viewId, payload: `${at}/${order}`, available: 3 });
}

/** The greatest version of each id. */
function latestOf(versions: readonly Version[]): Map<number, Version> {
  const latest = new Map<number, Version>();
  for (const it of versions) {
    const before = latest.get(it.id);
    if (before === undefined || isGreater(it, before)) latest.set(it.id, it);
  }
  return latest;
}

async function expectLatest(store: OnlineStore, versions: readonly Version[], viewId: number): Promise<void> {
  const latest = latestOf(versions);
  for (const id of [0, 1, 2, 3]) {
    const version = latest.get(id);
    const expected = version && {
      eventTimeUs: version.at,
      order: version.order,
      payload: `${version.at}/${version.order}`,
    };
    const found = await stored(store, keysOf([id], viewId)[0]!);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(expected);
  }
}

function oneWriter(factory: EnginePlaceFactory<OnlineStore>): void {
  it("row by row, the store does what a map does", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      let viewId = 100;
      const histories = fc.array(version, { maxLength: 60 });
      await fc.assert(
        fc.asyncProperty(histories, async (history) => {
          viewId++;
          const seen: Version[] = [];
          const expected = history.map((it) => {
            const before = latestOf(seen).get(it.id);
            seen.push(it);
            return before === undefined || isGreater(it, before);
          });
          const outcomes = await store.apply(history.map((it) => rowOf(it, viewId)));
          expect(outcomes.map(({ written }) => written)).toEqual(expected);
          await expectLatest(store, history, viewId);
        }),
        { numRuns: runs(30) },
      );
    }));
}

function manyWriters(factory: EnginePlaceFactory<OnlineStore>): void {
  it("8 concurrent writers, any order, any duplication: the greatest (event time, order) stays (semantics 2)", () =>
    withEngine(factory, new ManualClock(), async (store) => {
      let viewId = 10_000;
      const histories = fc
        .array(version, { minLength: 1, maxLength: 40 })
        .chain((history) =>
          fc.tuple(
            fc.constant(history),
            fc.array(fc.shuffledSubarray(history), { minLength: 7, maxLength: 7 }),
          ),
        );
      await fc.assert(
        fc.asyncProperty(histories, async ([history, copies]) => {
          viewId++;
          const view = viewId;
          const writer = async (versions: readonly Version[]) => {
            const half = versions.length >> 1;
            await store.apply(versions.slice(0, half).map((it) => rowOf(it, view)));
            await store.apply(versions.slice(half).map((it) => rowOf(it, view)));
          };
          await Promise.all([history, ...copies].map(writer));
          await expectLatest(store, history, view);
        }),
        { numRuns: runs(20) },
      );
    }));
}
