import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { serverEngines } from "./server-engines.testdata.ts";
import { storyPlace } from "./story-engines.testdata.ts";
import { storyRuns, storyTimeoutMs } from "./story-runs.testdata.ts";
import { type Step, storySteps } from "./story-steps.testdata.ts";
import { Story, type StoryEnd } from "./story.testdata.ts";

interface Told {
  readonly keeps: "all" | "none";
  readonly expiry: "physical" | "none";
  readonly steps: readonly Step[];
}

const stories = fc.record({
  keeps: fc.constantFrom("all" as const, "none" as const),
  expiry: fc.constantFrom("physical" as const, "none" as const),
  steps: storySteps({ withEdges: false }),
});

const put = { do: "push", view: "user_score", user: 0, device: 0, deletes: false, look: false } as const;

/** Late and corrected rows, and a Redis that is killed twice while rows are on their way. */
const killed: readonly Step[] = [
  { ...put, age: 3 },
  { do: "look" },
  { ...put, age: 5 },
  { ...put, view: "pair_state", age: 1 },
  { do: "look" },
  { do: "source", view: "user_created", user: 0, device: 0, age: 2, ahead: 0 },
  { do: "materialize" },
  { do: "look" },
  { do: "hold" },
  { ...put, age: 1 },
  { do: "look" },
  { do: "wait", units: 2 },
  { do: "release" },
  { do: "look" },
  { do: "restart", kept: "all", units: 3 },
  { ...put, age: 0 },
  { do: "wait", units: 60 },
  { ...put, age: 2, deletes: true },
  { do: "look" },
  { do: "kill-after-apply" },
  { ...put, view: "pair_state", age: 0 },
  { do: "look" },
  { do: "start" },
  { do: "wait", units: 50 },
  { do: "look" },
  { do: "restart", kept: "all", units: 0 },
  { do: "look" },
  { do: "wait", units: 70 },
  { do: "look" },
];

describe("training and serving, on Redis and PostgreSQL", () => {
  let place: Awaited<ReturnType<typeof storyPlace>>;
  beforeAll(async () => {
    place = await storyPlace();
  });
  afterAll(() => place.close());

  async function tell({ keeps, expiry, steps }: Told): Promise<StoryEnd> {
    const engines = await serverEngines(keeps, place.offlineEngine, await place.newFolder());
    try {
      const story = await Story.begin(engines, expiry);
      try {
        for (const step of steps) await story.take(step);
        return await story.end();
      } finally {
        await story.close();
      }
    } finally {
      await engines.close();
    }
  }

  function check({ compared, rowsInGaps, otherStamps }: StoryEnd): void {
    for (const each of compared) {
      const { serving, available, naive = serving } = each;
      expect({ ...each, available: serving, naive: serving }).toEqual({ ...each, available, naive });
    }
    expect(rowsInGaps[0]).toBe(rowsInGaps[1]);
    expect(otherStamps).toEqual([]);
  }

  it.each(["all", "none"] as const)(
    "AVAILABLE training says what callers got, also around a killed Redis that kept %s of its data (semantics 6)",
    async (keeps) => {
      const end = await tell({ keeps, expiry: "physical", steps: killed });
      check(end);
      expect(end.rowsInGaps[0]).toBeGreaterThan(0n);
      expect(end.compared.some(({ serving, eventTime }) => serving !== eventTime)).toBe(true);
    },
    120_000,
  );

  it(
    "AVAILABLE training says of every instant what callers got then, in random stories (semantics 5, 6)",
    async () => {
      const property = fc.asyncProperty(stories, async (told) => check(await tell(told)));
      await fc.assert(property, storyRuns(3));
    },
    storyTimeoutMs,
  );
});
