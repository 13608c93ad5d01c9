import type { CompiledView, Violation } from "@timewell/model";
import type { LogAppend, QuarantineAppend, StreamPart } from "@timewell/store-ports";

import { type Arrival, judgeRecord } from "./judge-record.ts";
import type { FetchedRecords } from "./records-of.ts";

/** What the log holds of a partition: the offset of the next record; undefined: nothing yet. */
export type HeldOffsets = ReadonlyMap<number, bigint | undefined>;

/** Records that are appended in one step. */
export interface StreamBatch {
  readonly rows: readonly LogAppend[];
  readonly quarantined: readonly QuarantineAppend[];
  readonly violations: readonly Violation[];
  readonly parts: readonly StreamPart[];
  /** Records that were read. */
  readonly records: number;
}

/** Judges the records of a fetch. Partitions that brought nothing have no part in the batch. */
export function makeBatch(
  view: CompiledView,
  fetched: readonly FetchedRecords[],
  held: HeldOffsets,
  arrival: Arrival,
): StreamBatch {
  const rows: LogAppend[] = [];
  const quarantined: QuarantineAppend[] = [];
  const violations: Violation[] = [];
  const parts: StreamPart[] = [];
  let count = 0;
  for (const { partition, records, next } of fetched) {
    const from = held.get(partition);
    if (from === next) continue;
    for (const record of records) {
      const verdict = judgeRecord(view, record, arrival);
      if ("append" in verdict) rows.push(verdict.append);
      else quarantined.push(verdict.refused);
      if (verdict.violations.length > 0) violations.push(...verdict.violations);
    }
    parts.push({ partition, from, next, records: records.length });
    count += records.length;
  }
  return { rows, quarantined, violations, parts, records: count };
}

/** Cuts a fetch into parts of at most so many records each. */
export function* cutFetch(
  fetched: readonly FetchedRecords[],
  recordsMax: number,
): Generator<readonly FetchedRecords[]> {
  let part: FetchedRecords[] = [];
  let room = recordsMax;
  for (const one of fetched) {
    let { records } = one;
    while (records.length > room) {
      const now = records.slice(0, room);
      records = records.slice(room);
      yield [...part, { ...one, records: now, next: records[0]!.offset }];
      part = [];
      room = recordsMax;
    }
    part.push({ ...one, records });
    room -= records.length;
  }
  if (part.length > 0) yield part;
}
