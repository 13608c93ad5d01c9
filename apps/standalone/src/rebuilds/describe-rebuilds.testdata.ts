import { Mode } from "@timewell/contracts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { type RebuildView, rebuildViews } from "./rebuild-definitions.testdata.ts";
import type { OpenRebuildStores } from "./rebuild-stores.testdata.ts";
import { RebuildWorld, type TrainedSet } from "./rebuild-world.testdata.ts";

type Step =
  | { readonly do: "push"; readonly row: RowOf; readonly deletes: boolean }
  | { readonly do: "source"; readonly row: RowOf; readonly madeInMin: number }
  | { readonly do: "wait"; readonly minutes: number }
  | { readonly do: "materialize"; readonly view: RebuildView }
  | { readonly do: "train"; readonly agesMin: readonly number[]; readonly mode: Mode }
  | { readonly do: "ttl"; readonly ttlMs: bigint }
  | { readonly do: "flush" | "compact" | "upkeep" | "feature" | "restart" };

interface RowOf {
  readonly view: RebuildView;
  readonly user: string;
  readonly ageMin: number;
}

const row = fc.record({
  view: fc.constantFrom(...rebuildViews),
  user: fc.constantFrom("a", "b"),
  ageMin: fc.constantFrom(-4, -1, 0, 1, 5, 30, 90),
});
const sourceRow = fc.record({
  view: fc.constantFrom<RebuildView>("created", "plain"),
  user: fc.constantFrom("a", "b"),
  ageMin: fc.constantFrom(0, 1, 5, 30, 90),
});
const train = fc.record({
  do: fc.constant("train" as const),
  agesMin: fc.array(fc.constantFrom(-3, 0, 1, 2, 10, 60), { minLength: 1, maxLength: 4 }),
  mode: fc.constantFrom(Mode.UNSPECIFIED, Mode.EVENT_TIME, Mode.AVAILABLE),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant("push" as const), row, deletes: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("source" as const),
      row: sourceRow,
      madeInMin: fc.constantFrom(-1, 0, 3),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("wait" as const), minutes: fc.constantFrom(0, 1, 5, 12) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("flush" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("compact" as const, "upkeep" as const) }) },
  { weight: 4, arbitrary: train },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("feature" as const, "restart" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("ttl" as const),
      ttlMs: fc.constantFrom(0n, 120_000n, 3_600_000n),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("materialize" as const), view: fc.constantFrom(...rebuildViews) }),
  },
);

async function take(world: RebuildWorld, next: Step, made: TrainedSet[]): Promise<void> {
  switch (next.do) {
    case "push":
      return world.push(next.row, next.deletes);
    case "source":
      return void (await world.writeSource(next.row, next.madeInMin));
    case "wait":
      return world.wait(Math.max(next.minutes * 60_000, 100));
    case "materialize":
      return world.materialize(next.view);
    case "train":
      return void made.push(await world.train(next.agesMin, next.mode));
    case "ttl":
      return world.apply({ ttlMs: next.ttlMs });
    case "feature":
      return world.apply({ features: world.features + 1 });
    case "flush":
      return world.flush();
    case "compact":
      return world.compact();
    case "upkeep":
      return world.upkeep();
    case "restart":
      return world.restart();
  }
}

async function expectTheSame(world: RebuildWorld, made: readonly TrainedSet[]): Promise<void> {
  for (const before of made) {
    const { trainingSetId } = before.start;
    const again = await world.rebuild(trainingSetId);
    expect(again.start, trainingSetId).toEqual(before.start);
    expect(again.receipt.digest, trainingSetId).toBe(before.receipt.digest);
    expect(again.bytes === before.bytes, `the bytes of ${trainingSetId}`).toBe(true);
  }
}

/** Random stories on stores of a kind; each makes training sets and makes them all again at its end. */
export function describeRebuilds(
  name: string,
  open: () => Promise<OpenRebuildStores>,
  storiesDefault: number,
): void {
  describe(`training sets on ${name}`, () => {
    it(
      "are the same again, byte for byte, whatever happens after them (semantics 16)",
      { timeout: 60_000 + 60_000 * Number(process.env["TIMEWELL_RUNS"] ?? storiesDefault) },
      async () => {
        const property = fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
          const world = await RebuildWorld.create(await open());
          const made: TrainedSet[] = [];
          try {
            for (const next of steps) await take(world, next, made);
            await expectTheSame(world, made);
            await world.wait(15 * 60_000);
            await world.flush();
            await world.compact();
            await world.wait(15 * 60_000);
            await world.upkeep();
            await world.restart();
            await expectTheSame(world, made);
          } finally {
            await world.close();
          }
        });
        const numRuns = Number(process.env["TIMEWELL_RUNS"] ?? storiesDefault);
        // A story takes seconds: the first one that fails is printed, not hundreds of smaller ones tried.
        await fc.assert(property, { numRuns, endOnFailure: true });
      },
    );
  });
}
