import { appendFile, rm, writeFile } from "node:fs/promises";

import { Mode } from "@timewell/contracts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { describeRebuilds } from "./describe-rebuilds.testdata.ts";
import { embeddedStores, memoryStores } from "./rebuild-stores.testdata.ts";
import { RebuildWorld } from "./rebuild-world.testdata.ts";

describeRebuilds("stores in memory", async () => memoryStores(), 3);
describeRebuilds("the embedded engines", async () => embeddedStores, 1);

describe("a training set made again", { timeout: 120_000 }, () => {
  let world: RebuildWorld;
  beforeEach(async () => {
    world = await RebuildWorld.create(memoryStores());
  });
  afterEach(() => world.close());

  it.each([Mode.EVENT_TIME, Mode.AVAILABLE])(
    "has the rows of before, where a new one of the same labels has others, mode %i (semantics 16)",
    async (mode) => {
      await world.push({ view: "pushed", user: "a", ageMin: 30 }, false);
      await world.push({ view: "pushed", user: "b", ageMin: 5 }, false);
      await world.wait(1_000);
      const before = await world.train([-1, 0, 1, 10], mode);
      const { trainingSetId, labelsDigest } = before.start;
      const labels = { case: "labelsDigest", value: labelsDigest } as const;
      const seen = new Set([before.bytes]);
      // Minutes since then: what comes later happened earlier.
      let later = 2;
      await world.wait(later * 60_000);
      const row = (user: string, ageMin: number) => ({ view: "pushed", user, ageMin }) as const;
      const changes = [
        () => world.push(row("a", later + 3), false),
        () => world.push(row("b", later + 3), true),
        () => world.apply({ features: 2 }),
        () => world.apply({ ttlMs: 360_000n }),
        async () => void (await world.writeSource({ view: "plain", user: "b", ageMin: later + 1 }, 0)),
        () => world.deleteService(),
      ];
      for (const change of changes) {
        await change();
        await world.wait(11 * 60_000);
        later += 11;
        await world.flush();
        const again = await world.rebuild(trainingSetId.slice(0, 10));
        expect(again).toEqual(before);
        seen.add((await world.get({ labels, mode }).catch(() => before)).bytes);
      }
      // What came later was not available then: only other definitions make a difference.
      expect(seen.size).toBe(mode === Mode.EVENT_TIME ? 6 : 3);
      await world.restart();
      expect(await world.rebuild(trainingSetId)).toEqual(before);
    },
  );

  it("is refused where a source file has changed, and goes on where it is as before", async () => {
    const path = await world.writeSource({ view: "created", user: "a", ageMin: 5 }, 0);
    const before = await world.train([0], Mode.EVENT_TIME);
    const { trainingSetId } = before.start;
    await appendFile(path, "\n");
    await expect(world.rebuild(trainingSetId)).rejects.toMatchObject({
      message: expect.stringMatching(/source file "created\/0003.csv" has \d+ bytes, expected \d+/),
    });
    await rm(path);
    await expect(world.rebuild(trainingSetId)).rejects.toThrow(/"created\/0003.csv" is gone/);
  });

  it("is the same after its views are deleted, also where its rows were in no segment yet (semantics 16)", async () => {
    await world.push({ view: "pushed", user: "a", ageMin: 5 }, false);
    await world.wait(1_000);
    await world.flush();
    await world.push({ view: "pushed", user: "a", ageMin: 3 }, false);
    await world.wait(1_000);
    const before = await world.train([0, 1], Mode.EVENT_TIME);
    await world.deleteService(true);
    await world.wait(15 * 60_000);
    await world.restart();
    await world.flush();
    expect(await world.rebuild(before.start.trainingSetId)).toEqual(before);
  });

  it("is refused, naming its receipt, where history is not what it was (semantics 16)", async () => {
    await world.push({ view: "pushed", user: "a", ageMin: 5 }, false);
    await world.wait(1_000);
    await world.flush();
    const before = await world.train([0], Mode.EVENT_TIME);
    await world.loseSegments();
    await expect(world.rebuild(before.start.trainingSetId)).rejects.toThrow(
      `its receipt says ${before.receipt.digest}`,
    );
  });

  it("needs its labels sent again where they were not kept", async () => {
    const before = await world.train([0, 5], Mode.EVENT_TIME, { dropLabels: true });
    const { trainingSetId } = before.start;
    await expect(world.rebuild(trainingSetId)).rejects.toThrow(/were not kept. Send the same labels again/);
    const labels = { case: "labelsPath", value: "labels.csv" } as const;
    expect(await world.rebuild(trainingSetId, { labels })).toEqual(before);
    await writeFile(world.labelsPath, "user,at\na,2026-01-01T00:00:00Z\n");
    await expect(world.rebuild(trainingSetId, { labels })).rejects.toThrow(/the labels have SHA-256/);
  });

  it("keeps its labels whatever becomes of their file, and is listed with its receipts", async () => {
    const first = await world.train([0, 5], Mode.EVENT_TIME);
    await world.wait(1_000);
    const shards = [0, 1].map((index) => ({ shard: { index, count: 2 } }));
    const second = await world.train([1, 2], Mode.AVAILABLE, shards[0]);
    await rm(world.labelsPath);
    expect(await world.rebuild(first.start.trainingSetId)).toEqual(first);
    const { trainingSets } = await world.retrieval.listTrainingSets({ project: "default" });
    expect(
      trainingSets.map((record) => [record.trainingSetId, record.labelsKept, record.receipts.length]),
    ).toEqual([
      [second.start.trainingSetId, true, 1],
      [first.start.trainingSetId, true, 1],
    ]);
    await world.rebuild(second.start.trainingSetId, shards[1]);
    const { trainingSet } = await world.retrieval.describeTrainingSet({
      project: "default",
      trainingSetId: second.start.trainingSetId,
    });
    expect(trainingSet?.receipts.map(({ shard, rows }) => [shard?.index, rows])).toEqual([
      [0, 2n],
      [1, 2n],
    ]);
    expect(trainingSet?.snapshot?.snapshotId).toBe(second.start.snapshotId);
  });
});
