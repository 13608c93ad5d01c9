import fc from "fast-check";

import { type BatchView, batchViews, type StoryView, storyViews } from "./story-project.testdata.ts";
import type { Kept } from "./story-engines.testdata.ts";

/** What happens in a story. Times are in its unit. */
export type Step =
  | {
      readonly do: "push";
      readonly view: StoryView;
      readonly user: number;
      readonly device: number;
      /** How long ago it happened; negative: it is still to happen. */
      readonly age: number;
      /** A windowed view has no deletes: it gets its last event once more. */
      readonly deletes: boolean;
      /** Look in the very instant in which it is applied. */
      readonly look: boolean;
    }
  | {
      readonly do: "source";
      readonly view: BatchView;
      readonly user: number;
      readonly device: number;
      readonly age: number;
      /** How much later than now it says that it was created. */
      readonly ahead: number;
    }
  | { readonly do: "wait"; readonly units: number }
  /**
   * Looks exactly when the last pushed row has the age of its ttl, or of ttl and grace, and just after; where it is an event, around the end
   * of its minute, or of its 10 minutes.
   */
  | { readonly do: "edge"; readonly of: "ttl" | "forget" }
  | { readonly do: "restart"; readonly kept: Kept; readonly units: number }
  | { readonly do: "rebuild"; readonly view: StoryView }
  | { readonly do: Word };

/** A step that is but a word. */
type Word =
  | "look"
  | "flush"
  | "materialize"
  | "hold"
  | "release"
  | "down"
  | "up"
  | "lose-answer"
  | "stop"
  | "start"
  | "kill"
  | "kill-after-apply"
  | "collect-garbage";

const who = { user: fc.nat({ max: 1 }), device: fc.nat({ max: 1 }) };

const push = (views: readonly StoryView[]): fc.Arbitrary<Step> =>
  fc.record({
    do: fc.constant("push" as const),
    view: fc.constantFrom(...views),
    ...who,
    // Few instants, so that rows meet.
    age: fc.oneof(
      { weight: 6, arbitrary: fc.nat({ max: 6 }) },
      { weight: 2, arbitrary: fc.integer({ min: 7, max: 45 }) },
      { weight: 1, arbitrary: fc.integer({ min: -3, max: -1 }) },
    ),
    deletes: fc.nat({ max: 3 }).map((n) => n === 0),
    look: fc.nat({ max: 3 }).map((n) => n === 0),
  });

const source: fc.Arbitrary<Step> = fc.record({
  do: fc.constant("source" as const),
  view: fc.constantFrom(...batchViews),
  ...who,
  age: fc.nat({ max: 30 }),
  ahead: fc.constantFrom(0, 0, 5),
});

function simple(...words: Word[]): fc.Arbitrary<Step> {
  return fc.constantFrom(...words).map((word) => ({ do: word }));
}

const waits = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 6 }) },
  { weight: 1, arbitrary: fc.integer({ min: 7, max: 40 }) },
);

const plain = (views: readonly StoryView[]): readonly fc.WeightedArbitrary<Step>[] => [
  { weight: 12, arbitrary: push(views) },
  { weight: 4, arbitrary: source },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("wait" as const), units: waits }) },
  { weight: 8, arbitrary: simple("look") },
  { weight: 5, arbitrary: simple("materialize") },
  { weight: 3, arbitrary: simple("flush") },
  { weight: 3, arbitrary: simple("hold", "release") },
  { weight: 1, arbitrary: simple("collect-garbage") },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("rebuild" as const), view: fc.constantFrom(...storyViews) }),
  },
];

const edges: fc.WeightedArbitrary<Step> = {
  weight: 2,
  arbitrary: fc.record({ do: fc.constant("edge" as const), of: fc.constantFrom("ttl", "forget") }),
};

const troubles: readonly fc.WeightedArbitrary<Step>[] = [
  { weight: 1, arbitrary: simple("down", "up", "lose-answer") },
  { weight: 2, arbitrary: simple("stop", "start", "kill", "kill-after-apply", "kill-after-apply") },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("restart" as const),
      kept: fc.constantFrom<Kept[]>("all", "most", "none"),
      units: fc.nat({ max: 8 }),
    }),
  },
];

/** Random stories. `withEdges`: time stands still between steps. `views`: those that are pushed to; left out: all. */
export function storySteps({
  withEdges,
  views = storyViews,
}: {
  readonly withEdges: boolean;
  readonly views?: readonly StoryView[];
}): fc.Arbitrary<Step[]> {
  const all = [...plain(views), ...(withEdges ? [edges] : []), ...troubles];
  return fc.array(fc.oneof(...all), { minLength: 6, maxLength: 40 });
}
