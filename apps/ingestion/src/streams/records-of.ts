import type { Consumer } from "@platformatic/kafka";

import type { StreamRecord } from "./stream-record.ts";

type FetchResponse = Extract<Awaited<ReturnType<Consumer["fetch"]>>, object>;

/** What a broker answers to a fetch, for one partition. */
export type FetchResponsePartition = FetchResponse["responses"][number]["partitions"][number];

type RecordsBatch = NonNullable<FetchResponsePartition["records"]>[number];

const isTransactional = 0x10;
const isControl = 0x20;
const hasAppendTime = 0x08;
const abortMarker = 0;

/** What one fetch brought of a partition. */
export interface FetchedRecords {
  readonly partition: number;
  readonly records: readonly StreamRecord[];
  /** Offset of the next record to be fetched; what transactions left behind is passed over. */
  readonly next: bigint;
  /** Offset after the last record that can be read now. */
  readonly end: bigint;
}

/**
 * The records of an answer from an offset on, in order. A batch may begin before the offset, and records of transactions that
 * were aborted do not count.
 */
export function recordsOf(answer: FetchResponsePartition, fromOffset: bigint): FetchedRecords {
  const records: StreamRecord[] = [];
  const partition = answer.partitionIndex;
  const aborted = [...(answer.abortedTransactions ?? [])].sort((a, b) =>
    a.firstOffset < b.firstOffset ? -1 : 1,
  );
  const aborting = new Set<bigint>();
  let next = fromOffset;
  for (const batch of answer.records ?? []) {
    const after = batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n;
    if (after > next) next = after;
    while (aborted.length > 0 && aborted[0]!.firstOffset < after) aborting.add(aborted.shift()!.producerId);
    if ((batch.attributes & isControl) !== 0) {
      if (batch.records[0]?.key?.readInt16BE(2) === abortMarker) aborting.delete(batch.producerId);
      continue;
    }
    if ((batch.attributes & isTransactional) !== 0 && aborting.has(batch.producerId)) continue;
    addRecords(records, batch, partition, fromOffset);
  }
  return { partition, records, next, end: answer.lastStableOffset };
}

function addRecords(
  records: StreamRecord[],
  batch: RecordsBatch,
  partition: number,
  fromOffset: bigint,
): void {
  for (const { offsetDelta, timestampDelta, key, value } of batch.records) {
    const offset = batch.firstOffset + BigInt(offsetDelta);
    if (offset < fromOffset) continue;
    const timeMs =
      (batch.attributes & hasAppendTime) === 0 ? batch.firstTimestamp + timestampDelta : batch.maxTimestamp;
    records.push({ partition, offset, timeUs: timeMs * 1_000n, key, value });
  }
}
