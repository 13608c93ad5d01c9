import { ReceiptSchema } from "@timewell/contracts";
import { toJson } from "@bufbuild/protobuf";
import { RecordBatchReader } from "apache-arrow";
import type { DataType, RecordBatch } from "apache-arrow";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { naiveDigest } from "./naive-digest.testdata.ts";
import { arrowLabels, type StreamLabel, streamLabels } from "./stream-labels.testdata.ts";
import {
  nowUs,
  type ReadStream,
  type RequestInit,
  rowTexts,
  StreamWorld,
  tableOf,
} from "./stream-world.testdata.ts";
import { typeText } from "./type-text.ts";

const batchRows = 7;
const numRuns = Number(process.env["TIMEWELL_RUNS"] ?? 12);

/** What a caller may ask for that decides rows and columns. */
const requests: fc.Arbitrary<RequestInit> = fc.record(
  {
    selection: fc.constantFrom(
      { case: "featureService", value: "both" } as const,
      { case: "featureService", value: "made" } as const,
    ),
    includeStatuses: fc.boolean(),
    order: fc.constantFrom(0, 2),
    columns: fc.constantFrom(
      [],
      ["stats__xs", "id", "stats__n"],
      ["event_timestamp", "stats__v", "word", "stats__s", "id"],
    ),
  },
  { requiredKeys: ["selection"] },
);

const receiptJson = (stream: ReadStream) => toJson(ReceiptSchema, stream.receipt);

describe("a training set in pieces", () => {
  let world: StreamWorld;
  beforeAll(async () => {
    world = await StreamWorld.create(batchRows);
    const list = (length: number) => Array.from({ length }, (_, i) => i / 3);
    for (let i = 0; i < 12; i++) {
      const atUs = nowUs - 3_000_000n + BigInt(i) * 250_000n;
      const user = BigInt(i % 4);
      const orNull = <T>(value: T, k: number) => ((i + k) % 4 === 0 ? null : value);
      await world.push("stats", user, atUs, [
        orNull(i % 5, 1),
        orNull(BigInt(i) << 40n, 2),
        orNull(i / 9, 3),
        orNull(i / 2, 0),
        orNull(i % 2 === 0, 1),
        orNull("ü".repeat(i), 2),
        orNull(
          Uint8Array.from({ length: i }, () => i),
          3,
        ),
        orNull(atUs, 0),
        orNull(list(i % 5), 1),
        orNull(list(i % 3).map(String), 2),
        orNull([i, -i, 0.5], 3),
      ]);
      if (i % 3 > 0) await world.push("scores", user, atUs, [orNull(i / 4, 2)]);
    }
  });
  afterAll(() => world.close());

  const labelRows = streamLabels(nowUs - 3_200_000n, 40);
  const read = (request: RequestInit, labels: readonly StreamLabel[]) =>
    world.read(request, arrowLabels(labels));

  it("has a digest that its values alone decide, whatever lies under NULL or behind the end of a buffer", async () => {
    await fc.assert(
      fc.asyncProperty(requests, labelRows, async (request, labels) => {
        const stream = await read(request, labels);
        const table = tableOf(stream);
        const texts = table.schema.fields.map(({ type }) => typeText(type as DataType));
        const batches = stream.batches.flatMap(({ bytes }) => {
          const one = new Uint8Array(Buffer.concat([stream.schema, bytes]));
          return [...RecordBatchReader.from(one)] as RecordBatch[];
        });
        expect(batches.map(({ numRows }) => numRows)).toEqual(
          stream.batches.map(({ end }) => Number(end.rows)),
        );
        expect(naiveDigest(table, batches, texts)).toBe(stream.receipt.digest);
        const last = stream.batches.at(-1)?.end.digest;
        if (last !== undefined) expect(Buffer.from(last).toString("hex")).toBe(stream.receipt.digest);
      }),
      { numRuns },
    );
  });

  it("goes on after each of its batches with the same bytes, and ends with the same receipt", async () => {
    await fc.assert(
      fc.asyncProperty(requests, labelRows, fc.nat(), async (request, labels, at) => {
        const whole = await read(request, labels);
        if (whole.batches.length === 0) return;
        const from = at % whole.batches.length;
        const resumed = await world.read({
          ...request,
          labels: { case: "labelsDigest", value: whole.start.labelsDigest },
          resumeToken: whole.batches[from]!.end.resumeToken,
        });
        expect(resumed.start).toMatchObject({
          trainingSetId: whole.start.trainingSetId,
          firstOrdinal: 0n,
          nextOrdinal: whole.batches[from]!.end.firstOrdinal + whole.batches[from]!.end.rows,
        });
        expect(Buffer.compare(resumed.schema, whole.schema)).toBe(0);
        const rest = whole.batches.slice(from + 1);
        expect(resumed.batches).toHaveLength(rest.length);
        resumed.batches.forEach((batch, i) => {
          expect(batch.bytes.equals(rest[i]!.bytes)).toBe(true);
          expect(batch.end).toEqual(rest[i]!.end);
        });
        expect(receiptJson(resumed)).toEqual(receiptJson(whole));
      }),
      { numRuns },
    );
  });

  it("is the union of its shards, each row in one of them (semantics 7)", async () => {
    await fc.assert(
      fc.asyncProperty(
        requests,
        labelRows,
        fc.integer({ min: 1, max: 9 }),
        async (request, labels, count) => {
          const bytes = arrowLabels(labels);
          const whole = await world.read(request, bytes);
          const rows: string[] = [];
          let rowsOfReceipts = 0n;
          for (let index = 0; index < count; index++) {
            const shard = await world.read({ ...request, shard: { index, count } }, bytes);
            const bound = (i: number) => BigInt(Math.floor((i * labels.length) / count));
            expect(shard.start).toMatchObject({
              trainingSetId: whole.start.trainingSetId,
              rows: BigInt(labels.length),
              firstOrdinal: bound(index),
              endOrdinal: bound(index + 1),
            });
            expect(shard.batches.map(({ end }) => Number(end.sequence))).toEqual(
              shard.batches.map((_, i) => i),
            );
            expect(shard.batches.slice(0, -1).every(({ end }) => end.rows === BigInt(batchRows))).toBe(true);
            rows.push(...rowTexts(shard));
            rowsOfReceipts += shard.receipt.rows;
          }
          expect(rows).toEqual(rowTexts(whole));
          expect(rowsOfReceipts).toBe(BigInt(labels.length));
        },
      ),
      { numRuns: Math.ceil(numRuns / 3) },
    );
  });

  it("counts NULLs and EXPIRED rows of each column in its receipt", async () => {
    const labels = Array.from({ length: 20 }, (_, i) => ({
      user: BigInt(i % 5),
      friend: 1n,
      atUs: nowUs - 500_000n + BigInt(i) * 125_000n,
      seed: i,
    }));
    const both = { includeStatuses: true } as const;
    const stream = await read(both, labels);
    const table = tableOf(stream);
    expect(stream.receipt.columns.map(({ name }) => name)).toEqual([
      ...table.schema.names.filter((name) => /^(stats|other)__(?!status)/.test(String(name))),
    ]);
    for (const { name, nulls, expired } of stream.receipt.columns) {
      const values = [...table.getChild(name)!];
      const statuses = [...table.getChild(`${name.split("__")[0]}__status`)!];
      expect(Number(nulls)).toBe(values.filter((value) => value === null).length);
      expect(Number(expired)).toBe(statuses.filter((status) => status === "EXPIRED").length);
    }
    expect(stream.receipt.columns.some(({ expired }) => expired > 0n)).toBe(true);
  });

  it("refuses tokens that are damaged, of another stream, or sent with another request", async () => {
    const labels = Array.from({ length: 20 }, (_, i) => ({
      user: 1n,
      friend: 2n,
      atUs: nowUs - 1_000_000n,
      seed: i,
    }));
    const whole = await read({}, labels);
    const named = { labels: { case: "labelsDigest", value: whole.start.labelsDigest } } as const;
    const token = whole.batches[0]!.end.resumeToken;
    const damaged = Uint8Array.from(token, (byte, i) => (i === token.length - 1 ? byte ^ 1 : byte));
    const refused: [RegExp, RequestInit][] = [
      [/no server of this store made it/, { ...named, resumeToken: damaged }],
      [/no server of this store made it/, { ...named, resumeToken: Uint8Array.of(1, 2, 3) }],
      [/it is of shard 0 of 1/, { ...named, resumeToken: token, shard: { index: 1, count: 2 } }],
      [/the request is not that of training set/, { ...named, resumeToken: token, includeStatuses: true }],
      [/it is of snapshot/, { ...named, resumeToken: token, snapshotId: "0".repeat(64) }],
      [/has no training set/, { ...named, resumeToken: token, project: "other" }],
    ];
    for (const [message, request] of refused)
      await expect(world.read(request)).rejects.toMatchObject({
        kind: "INVALID_REQUEST",
        field: "resume_token",
        message: expect.stringMatching(message),
      });
    const otherLabels = world.read({ resumeToken: token }, arrowLabels(labels.slice(1)));
    await expect(otherLabels).rejects.toThrow(/the labels have SHA-256/);
    expect(token.length).toBeLessThan(500);
  });
});
