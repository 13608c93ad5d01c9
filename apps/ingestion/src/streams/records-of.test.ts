import { expect, test } from "vitest";

import { type FetchResponsePartition, recordsOf } from "./records-of.ts";
import { cutFetch } from "./stream-batch.ts";

type Batch = NonNullable<FetchResponsePartition["records"]>[number];

const transactional = 0x10;
const control = 0x20;

function batch(firstOffset: number, values: readonly string[], parts: Partial<Batch> = {}): Batch {
  const records = values.map((value, i) => ({
    length: 0,
    attributes: 0,
    timestampDelta: BigInt(i),
    offsetDelta: i,
    key: null,
    value: Buffer.from(value),
    headers: [],
  }));
  return {
    firstOffset: BigInt(firstOffset),
    lastOffsetDelta: values.length - 1,
    attributes: 0,
    firstTimestamp: 1_000n,
    maxTimestamp: 9_000n,
    producerId: -1n,
    records,
    ...parts,
  } as Batch;
}

function marker(offset: number, producerId: bigint, type: number): Batch {
  const key = Buffer.from([0, 0, 0, type]);
  const made = batch(offset, [""], { attributes: transactional | control, producerId });
  made.records[0]!.key = key;
  return made;
}

function answer(records: Batch[], aborted: [bigint, bigint][] = []): FetchResponsePartition {
  const abortedTransactions = aborted.map(([producerId, firstOffset]) => ({ producerId, firstOffset }));
  return {
    partitionIndex: 3,
    records,
    abortedTransactions,
    lastStableOffset: 50n,
  } as unknown as FetchResponsePartition;
}

const valuesOf = ({ records }: ReturnType<typeof recordsOf>) => records.map(({ value }) => value?.toString());

test("records before the offset, with which their batch begins, are left out", () => {
  const fetched = recordsOf(answer([batch(10, ["a", "b", "c"]), batch(13, ["d"])]), 11n);
  expect(valuesOf(fetched)).toEqual(["b", "c", "d"]);
  expect(fetched).toMatchObject({ partition: 3, next: 14n, end: 50n });
  expect(fetched.records[0]).toMatchObject({ offset: 11n, timeUs: 1_001_000n });
});

test("a batch that the broker dated has the broker's time for every record", () => {
  const { records } = recordsOf(answer([batch(0, ["a", "b"], { attributes: 0x08 })]), 0n);
  expect(records.map(({ timeUs }) => timeUs)).toEqual([9_000_000n, 9_000_000n]);
});

test("a batch that compaction left empty is passed over", () => {
  expect(recordsOf(answer([batch(5, [], { lastOffsetDelta: 4 })]), 5n)).toMatchObject({
    records: [],
    next: 10n,
  });
  expect(recordsOf(answer([]), 5n).next).toBe(5n);
});

test("records of aborted transactions do not count, up to their marker, whatever lies between", () => {
  const batches = [
    batch(0, ["aborted"], { attributes: transactional, producerId: 7n }),
    batch(1, ["other"], { attributes: transactional, producerId: 8n }),
    batch(2, ["plain"]),
    batch(3, ["aborted"], { attributes: transactional, producerId: 7n }),
    marker(4, 7n, 0),
    batch(5, ["again"], { attributes: transactional, producerId: 7n }),
    marker(6, 7n, 1),
    batch(7, ["open"], { attributes: transactional, producerId: 9n }),
  ];
  const fetched = recordsOf(
    answer(batches, [
      [9n, 7n],
      [7n, 0n],
    ]),
    0n,
  );
  expect(valuesOf(fetched)).toEqual(["other", "plain", "again"]);
  expect(fetched.next).toBe(8n);
});

test("cutFetch() cuts what was fetched into parts, each of which says where the next begins", () => {
  const fetched = [
    recordsOf(answer([batch(0, ["a", "b", "c"])]), 0n),
    { ...recordsOf(answer([batch(7, ["d", "e"])]), 7n), partition: 4 },
  ];
  const parts = [...cutFetch(fetched, 2)].map((part) =>
    part.map(({ partition, records, next }) => [partition, records.length, next]),
  );
  expect(parts).toEqual([
    [[3, 2, 2n]],
    [
      [3, 1, 3n],
      [4, 1, 8n],
    ],
    [[4, 1, 9n]],
  ]);
});
