import { writeFile } from "node:fs/promises";

import { create } from "@bufbuild/protobuf";
import { GetTrainingSetRequestSchema, Mode } from "@timewell/contracts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { memoryStores } from "./rebuild-stores.testdata.ts";
import { RebuildWorld } from "./rebuild-world.testdata.ts";

/** More than a stream makes ahead. */
const labelRows = 250_000;

describe("a training set and the compaction of its segments", { timeout: 120_000 }, () => {
  let world: RebuildWorld;
  beforeEach(async () => {
    world = await RebuildWorld.create(memoryStores());
  });
  afterEach(() => world.close());

  async function segments(...agesMin: number[]): Promise<void> {
    for (const ageMin of agesMin) {
      await world.push({ view: "pushed", user: ageMin % 2 === 0 ? "a" : "b", ageMin }, false);
      await world.push({ view: "plain", user: "a", ageMin }, false);
      await world.wait(1_000);
      await world.flush();
    }
  }

  it.each([Mode.EVENT_TIME, Mode.AVAILABLE])(
    "it is the same again after two compactions and the end of the old files, mode %i (semantics 16)",
    async (mode) => {
      await segments(30, 20, 15, 10, 5);
      await world.push({ view: "pushed", user: "a", ageMin: -4 }, false);
      const before = await world.train([-5, 0, 1, 12, 25], mode);
      const { trainingSetId } = before.start;
      const filesBefore = await world.segmentFiles();
      await world.compact();
      expect(await world.rebuild(trainingSetId)).toEqual(before);
      await world.wait(6 * 60_000);
      await world.apply({ features: 2 });
      await segments(40, 3, 1);
      await world.compact();
      await world.wait(15 * 60_000);
      await world.upkeep();
      const files = await world.segmentFiles();
      expect(files.filter((name) => filesBefore.includes(name))).toEqual([]);
      expect(files.length).toBe(2);
      expect(await world.rebuild(trainingSetId)).toEqual(before);
      await world.restart();
      expect(await world.rebuild(trainingSetId)).toEqual(before);
    },
  );

  it("a stream that is open goes on, and ends with the bytes of one that was not disturbed", async () => {
    await segments(30, 20, 15, 10, 5);
    const at = new Date(Number(world.clock.nowUs() / 1000n)).toISOString();
    await writeFile(world.labelsPath, `user,at\n${`a,${at}\nb,${at}\n`.repeat(labelRows / 2)}`);
    const labels = { case: "labelsPath", value: "labels.csv" } as const;
    const undisturbed = await world.get({ labels });

    const request = create(GetTrainingSetRequestSchema, {
      project: "default",
      selection: { case: "featureService", value: "all" },
      eventTimeColumn: "at",
      includeStatuses: true,
      labels,
    });
    const messages = (async function* () {
      yield await Promise.resolve(request);
    })();
    const bytes: Uint8Array[] = [];
    let parts = 0;
    let digest = "";
    for await (const { part } of world.retrieval.getTrainingSet(messages)) {
      if (part.case === "receipt") digest = part.value.digest;
      else if (part.case !== "start" && part.value !== undefined) bytes.push(part.value);
      if (++parts !== 3) continue;
      const old = await world.segmentFiles();
      await world.compact();
      await world.wait(20_000);
      await world.upkeep();
      expect((await world.segmentFiles()).filter((name) => old.includes(name))).toEqual(old);
    }
    expect(digest).toBe(undisturbed.receipt.digest);
    expect(Buffer.concat(bytes).toString("hex") === undisturbed.bytes).toBe(true);
    expect(parts).toBeGreaterThan(4);
  });
});
