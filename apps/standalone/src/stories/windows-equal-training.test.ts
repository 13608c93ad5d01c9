import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { embeddedEngines, storyPlace } from "./story-engines.testdata.ts";
import { storyRuns, storyTimeoutMs } from "./story-runs.testdata.ts";
import { type Step, storySteps } from "./story-steps.testdata.ts";
import { windowedViews } from "./story-windows.testdata.ts";
import { Story, type StoryEnd } from "./story.testdata.ts";

interface Told {
  readonly online: "memory" | "lmdb";
  readonly steps: readonly Step[];
}

const stories = fc.record({
  online: fc.constantFrom("memory" as const, "memory" as const, "lmdb" as const),
  steps: storySteps({ withEdges: true, views: windowedViews }),
});

const put = { do: "push", view: "user_events", user: 0, device: 0, deletes: false, look: true } as const;

/** Events about the tails of windows, late ones, a duplicate, and an applier that dies before the log has a stamp. */
const late: readonly Step[] = [
  { ...put, age: 0 },
  { ...put, age: 2 },
  { ...put, age: 3 },
  { do: "edge", of: "ttl" },
  { ...put, age: 4, deletes: true },
  { ...put, age: 8 },
  { do: "edge", of: "ttl" },
  { do: "hold" },
  { ...put, age: 1 },
  { do: "wait", units: 4 },
  { do: "release" },
  { do: "flush" },
  { ...put, age: 6 },
  { do: "edge", of: "forget" },
  { ...put, age: -1 },
  { ...put, age: 5 },
  { do: "wait", units: 3 },
  { do: "kill-after-apply" },
  { ...put, age: 0 },
  { do: "wait", units: 2 },
  { do: "start" },
  { do: "wait", units: 10 },
  { do: "look" },
];

/** A store that lost everything, and one that was written again. */
const lost: readonly Step[] = [
  // Two events a whole 10 minutes apart are in one window: the first is in its last tile.
  { ...put, age: 7 },
  { ...put, age: 0 },
  { ...put, age: 2 },
  { ...put, view: "everyone_events", age: 7 },
  { do: "flush" },
  { ...put, age: 0 },
  { do: "wait", units: 20 },
  { do: "restart", kept: "none", units: 3 },
  { ...put, age: 1 },
  { do: "wait", units: 20 },
  { do: "look" },
  { do: "rebuild", view: "user_events" },
  { do: "look" },
];

const examples: [Told][] = (["memory", "lmdb"] as const).flatMap((online) =>
  [late, lost].map((steps): [Told] => [{ online, steps }]),
);

describe("windows in training and serving, on embedded engines", () => {
  let place: Awaited<ReturnType<typeof storyPlace>>;
  beforeAll(async () => {
    place = await storyPlace();
  });
  afterAll(() => place.close());

  async function tell({ online, steps }: Told): Promise<StoryEnd> {
    const engines = await embeddedEngines(online, place.offlineEngine, await place.newFolder());
    const story = await Story.begin(engines, "none");
    try {
      for (const step of steps) await story.take(step);
      return await story.end();
    } finally {
      await story.close();
      await engines.close();
    }
  }

  it(
    "say of every instant what callers got then, and what the rule says, bit for bit (semantics 11)",
    async () => {
      let [differing, compared] = [0, 0];
      const property = fc.asyncProperty(stories, async (told) => {
        const end = await tell(told);
        for (const each of end.compared) {
          const { serving, available, eventTime, naive } = each;
          if (naive === undefined) continue;
          expect({ ...each, available: serving, naive: serving }).toEqual({ ...each, available, naive });
          compared++;
          if (eventTime !== serving) differing++;
        }
        expect(end.rowsInGaps[0]).toBe(end.rowsInGaps[1]);
      });
      const runs = storyRuns(3);
      await fc.assert(property, { ...runs, examples, numRuns: examples.length + runs.numRuns });
      expect(compared).toBeGreaterThan(0);
      expect(differing).toBeGreaterThan(0);
    },
    storyTimeoutMs,
  );
});
