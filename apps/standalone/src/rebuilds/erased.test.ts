import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { Mode } from "@timewell/contracts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { embeddedStores, memoryStores } from "./rebuild-stores.testdata.ts";
import { RebuildWorld } from "./rebuild-world.testdata.ts";

const row = (user: string, ageMin: number) => ({ view: "pushed", user, ageMin }) as const;

describe.for([
  ["in memory", memoryStores],
  ["embedded", () => embeddedStores],
] as const)("a training set after an erase, stores %s", { timeout: 120_000 }, ([, open]) => {
  let world: RebuildWorld;
  beforeEach(async () => {
    world = await RebuildWorld.create(open());
    // Rows of both users in segments, in the log, and in the log before they could be read.
    for (const age of [30, 20]) {
      await world.push(row("a", age), false);
      await world.push(row("b", age), false);
      await world.wait(1_000);
      await world.flush();
    }
    await world.push(row("a", 10), false);
    await world.push(row("b", 10), false);
    await world.wait(1_000);
    await world.push(row("a", 5), true);
    await world.push(row("b", -2), false);
  });
  afterEach(() => world.close());

  it.each([Mode.EVENT_TIME, Mode.AVAILABLE])(
    "is refused where its labels have the entity, and the same byte for byte where they have not, mode %i (semantics 16)",
    async (mode) => {
      const both = await world.train([0, 15, 25], mode);
      await world.wait(1_000);
      const other = await world.train([0, 15, 25], mode, {}, ["b"]);
      const receipt = await world.erase("a");
      expect(receipt).toMatchObject({
        trainingSetIds: [both.start.trainingSetId],
        labelFiles: 1,
        sourceRows: [
          { view: "created", rows: 1n },
          { view: "plain", rows: 1n },
        ],
      });
      expect(receipt.logRows).toBe(4n);
      // How many of them are flushed depends on how far the applier had come.
      expect(receipt.segmentRows).toBeGreaterThan(0n);
      const refused = `erase ${receipt.id} removed an entity`;
      await expect(world.rebuild(both.start.trainingSetId)).rejects.toThrow(refused);
      expect(await world.rebuild(other.start.trainingSetId)).toEqual(other);
      await world.wait(15 * 60_000);
      await world.flush();
      await world.restart();
      await expect(world.rebuild(both.start.trainingSetId)).rejects.toThrow(refused);
      expect(await world.rebuild(other.start.trainingSetId)).toEqual(other);
      expect(await readdir(join(world.folder, "offline", "labels", "kept"))).toHaveLength(1);
      const { sourceRows: _, ...found } = await world.find("a");
      expect(found).toMatchObject({
        onlineRows: 0n,
        logRows: 0n,
        segmentRows: 0n,
        trainingSetIds: [],
        labelFiles: 0,
      });
    },
  );

  it("is refused at its end where nobody could know that its labels have the entity (semantics 16)", async () => {
    const labels = { case: "labelsPath", value: "labels.csv" } as const;
    const both = await world.train([15], Mode.EVENT_TIME, { dropLabels: true });
    const receipt = await world.erase("a");
    expect(receipt.trainingSetIds).toEqual([]);
    await expect(world.rebuild(both.start.trainingSetId, { labels })).rejects.toThrow(
      `erase ${receipt.id} removed an entity`,
    );
  });

  it("that is made anew has nothing of the entity but what its source files say", async () => {
    await world.erase("a");
    const anew = await world.train([0], Mode.EVENT_TIME, {
      selection: { case: "features", value: { references: ["pushed:f0"] } },
    });
    const statuses = anew.receipt.views.find(({ view }) => view === "pushed")!;
    expect(statuses.statuses.map(({ rows }) => rows)).toEqual([1n, 0n, 1n]);
  });
});
