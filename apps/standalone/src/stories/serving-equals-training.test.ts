import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { embeddedEngines, storyPlace } from "./story-engines.testdata.ts";
import { storySteps, type Step } from "./story-steps.testdata.ts";
import { Story, type StoryEnd } from "./story.testdata.ts";

interface Told {
  readonly online: "memory" | "lmdb";
  readonly expiry: "physical" | "none";
  readonly steps: readonly Step[];
}

const stories = fc.record({
  online: fc.constantFrom("memory" as const, "memory" as const, "lmdb" as const),
  expiry: fc.constantFrom("physical" as const, "none" as const),
  steps: storySteps({ withEdges: true }),
});

describe("training and serving, on embedded engines", () => {
  let place: Awaited<ReturnType<typeof storyPlace>>;
  beforeAll(async () => {
    place = await storyPlace();
  });
  afterAll(() => place.close());

  async function tell({ online, expiry, steps }: Told): Promise<StoryEnd> {
    const engines = await embeddedEngines(online, place.offlineEngine, await place.newFolder());
    const story = await Story.begin(engines, expiry);
    try {
      for (const step of steps) await story.take(step);
      return await story.end();
    } finally {
      await story.close();
      await engines.close();
    }
  }

  it("AVAILABLE training says of every instant what callers got then, bit for bit; EVENT_TIME does not (semantics 5, 6)", async () => {
    const seen = new Set<string>();
    let differing = 0;
    const property = fc.asyncProperty(stories, async (told) => {
      const { compared, rowsInGaps } = await tell(told);
      for (const each of compared) {
        const { serving, available, eventTime } = each;
        expect({ ...each, available: serving }).toEqual({ ...each, available });
        seen.add(serving.split(" ")[0]!);
        if (eventTime !== serving) differing++;
      }
      expect(rowsInGaps[0]).toBe(rowsInGaps[1]);
    });
    await fc.assert(property, { numRuns: Number(process.env.TIMEWELL_RUNS ?? 10) });
    expect([...seen].sort()).toEqual(["EXPIRED", "NOT_FOUND", "PRESENT"]);
    expect(differing).toBeGreaterThan(0);
  }, 600_000);
});
