import { create, toBinary } from "@bufbuild/protobuf";
import {
  GetTrainingSetRequestSchema,
  OfflineSnapshotSchema,
  ReceiptSchema,
  type TrainingSetRecord,
} from "@timewell/contracts";
import { InMemoryTrainingCatalog } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import { beforeEach, describe, expect, it } from "vitest";

import { describeTrainingSet } from "./describe-training-set.ts";
import { listTrainingSets } from "./list-training-sets.ts";
import { type NewTrainingSet, recordReceipt, recordTrainingSet } from "./record-training-set.ts";
import type { TrainingSetDeps } from "./training-set-deps.ts";

const id = (number: number) => `ts_${number.toString(16).padStart(8, "0").padEnd(32, "0")}`;
const digest = "ab".repeat(32);

describe("records of training sets", () => {
  let clock: ManualClock;
  let deps: TrainingSetDeps;
  beforeEach(async () => {
    clock = new ManualClock();
    const known = (name: string) => {
      if (name === "rides") return {} as never;
      throw new Error(`no project ${name}`);
    };
    deps = {
      clock,
      trainingCatalog: new InMemoryTrainingCatalog(),
      definitions: { project: known, projectAt: async (name) => known(name) },
    };
    await deps.trainingCatalog.putSnapshot(
      create(OfflineSnapshotSchema, { snapshotId: "s1", manifestVersion: 5n }),
    );
  });

  async function record(parts: Partial<NewTrainingSet> = {}): Promise<string> {
    const entry = await recordTrainingSet(deps, {
      trainingSetId: id(1),
      project: "rides",
      featureService: "delay_v1",
      registryVersion: 1n,
      graceUs: 0n,
      snapshotId: "s1",
      labelsDigest: digest,
      labelsKept: true,
      rows: 10,
      request: create(GetTrainingSetRequestSchema, { project: "rides" }),
      createdBy: "ann",
      ...parts,
    });
    await clock.advance(1_000);
    return entry.trainingSetId;
  }

  function receipt(index = 0, count = 1, parts: { digest?: string; columns?: number } = {}) {
    return create(ReceiptSchema, {
      rows: 10n,
      digest,
      formatVersion: 1,
      ...(count > 1 && { shard: { index, count } }),
      columns: Array.from({ length: parts.columns ?? 1 }, (_, c) => ({ name: `column_${c}`, nulls: 1n })),
      ...(parts.digest !== undefined && { digest: parts.digest }),
    });
  }

  const describeIt = async (trainingSetId: string) =>
    (await describeTrainingSet(deps, { project: "rides", trainingSetId } as never)).trainingSet!;

  it("are described by their ids or beginnings of them, with snapshot and receipts", async () => {
    await record();
    await record({ trainingSetId: id(0x11) });
    await recordReceipt(deps, id(1), receipt(1, 2));
    await recordReceipt(deps, id(1), receipt(0, 2));
    const found = await describeIt(id(1).slice(0, 11));
    expect(found).toMatchObject({
      trainingSetId: id(1),
      snapshotId: "s1",
      snapshot: { manifestVersion: 5n },
      rows: 10n,
      labelsKept: true,
      createdBy: "ann",
    });
    expect(found.receipts.map(({ shard, columns }) => [shard?.index, columns.length])).toEqual([
      [0, 1],
      [1, 1],
    ]);
  });

  it.each([
    ["ts_0000", "INVALID_REQUEST"],
    ["ts_00000", "INVALID_REQUEST"],
    ["ts_ffffff", "TRAINING_SET_NOT_FOUND"],
    [`${id(1)}0`, "TRAINING_SET_NOT_FOUND"],
    ["ts_%%%%%%", "TRAINING_SET_NOT_FOUND"],
  ])("are not found by %s: %s", async (text, kind) => {
    await record();
    await record({ trainingSetId: id(2) });
    await expect(describeIt(text)).rejects.toMatchObject({ kind });
  });

  it("refuse a receipt with other rows than the first one of its shard (semantics 16)", async () => {
    await record();
    await recordReceipt(deps, id(1), receipt());
    await recordReceipt(deps, id(1), receipt());
    await recordReceipt(deps, id(1), receipt(0, 2, { digest: "cd" }));
    const other = recordReceipt(deps, id(1), receipt(0, 1, { digest: "cd" }));
    await expect(other).rejects.toMatchObject({
      kind: "DATA_LOSS",
      message: expect.stringMatching(new RegExp(`${id(1)}.* cd, .*${digest}`)),
    });
    expect((await describeIt(id(1))).receipts.map((it) => it.digest)).toEqual([digest, "cd"]);
  });

  it("have receipts in full up to a size, and in short beyond it", async () => {
    await record();
    for (let index = 0; index < 40; index++)
      await recordReceipt(deps, id(1), receipt(index, 40, { columns: 1_000 }));
    const { receipts } = await describeIt(id(1));
    const full = receipts.filter(({ columns }) => columns.length > 0).length;
    expect(receipts.map(({ shard }) => shard?.index)).toEqual(receipts.map((_, i) => i));
    expect([receipts.length, full > 5, full < 20]).toEqual([40, true, true]);
    expect(receipts.every((it) => it.digest === digest && it.rows === 10n)).toBe(true);
  });

  async function pages(pageSize: number, featureService = ""): Promise<TrainingSetRecord[][]> {
    const all: TrainingSetRecord[][] = [];
    for (let pageToken = ""; ;) {
      const request = { project: "rides", featureService, pageSize, pageToken };
      const page = await listTrainingSets(deps, request as never);
      all.push(page.trainingSets);
      if (page.nextPageToken === "") return all;
      pageToken = page.nextPageToken;
    }
  }

  it("are listed in pages, the latest first, in short", async () => {
    for (let i = 1; i <= 5; i++)
      await record({ trainingSetId: id(i), featureService: i === 3 ? "" : "delay_v1" });
    await recordReceipt(deps, id(5), receipt());
    const listed = await pages(2);
    expect(listed.map((page) => page.map((it) => it.trainingSetId))).toEqual([
      [id(5), id(4)],
      [id(3), id(2)],
      [id(1)],
    ]);
    expect(listed[0]![0]!.receipts).toMatchObject([{ digest, columns: [] }]);
    expect((await pages(0, "delay_v1"))[0]!.length).toBe(4);
    expect(await pages(5)).toHaveLength(1);
  });

  it("are listed in pages of no more than a message takes", async () => {
    const columns = Array.from({ length: 8_000 }, (_, i) => `a_label_column_with_a_long_name_${i}`);
    const request = create(GetTrainingSetRequestSchema, { project: "rides", columns });
    for (let i = 1; i <= 12; i++) await record({ trainingSetId: id(i), request });
    const listed = await pages(0);
    expect(listed.flat().map((it) => it.trainingSetId)).toEqual(
      Array.from({ length: 12 }, (_, i) => id(12 - i)),
    );
    const bytes = toBinary(GetTrainingSetRequestSchema, request).length;
    for (const page of listed) expect(page.length * bytes).toBeLessThan(2_200_000);
  });

  it.each([
    [{ project: "rides", pageSize: 1_001 }, "LIMIT_EXCEEDED"],
    [{ project: "rides", pageToken: "x" }, "INVALID_REQUEST"],
  ])("refuse to be listed by %o: %s", async (request, kind) => {
    const refused = listTrainingSets(deps, {
      pageSize: 0,
      pageToken: "",
      featureService: "",
      ...request,
    } as never);
    await expect(refused).rejects.toMatchObject({ kind });
  });
});
