import { encodeKey, partitionOf } from "@timewell/keys";
import type { LogAppend, LogRow, QuarantineAppend } from "@timewell/store-ports";

/** Key code of the entity with one INT64 key. */
export function entityKeyOf(id: number): Uint8Array {
  return encodeKey(["INT64"], [BigInt(id)]);
}

/** The first ids, from 0, whose rows go to `partition`. */
export function idsOfPartition(partition: number, count: number): number[] {
  const ids: number[] = [];
  for (let id = 0; ids.length < count; id++) if (partitionOf(entityKeyOf(id)) === partition) ids.push(id);
  return ids;
}

/** A row for the log; what is not said has a default. */
export function logRow(row: Partial<LogAppend> & { readonly id?: number } = {}): LogAppend {
  const { id = 1, ...given } = row;
  return {
    viewId: 7,
    entityKey: entityKeyOf(id),
    eventTimeUs: 1_000_000n,
    deleted: false,
    payload: Uint8Array.of(1, 2, 3),
    ...given,
  };
}

/** What was appended, of a row that was read, in plain arrays that a test can compare. */
export function appendedPart({ viewId, entityKey, eventTimeUs, deleted, payload }: LogAppend | LogRow) {
  return { viewId, entityKey: [...entityKey], eventTimeUs, deleted, payload: [...payload] };
}

/** A refused row; what is not said has a default. */
export function refusedRow(given: Partial<QuarantineAppend> = {}): QuarantineAppend {
  return {
    viewId: 7,
    origin: "stream",
    kind: "INVALID_VALUE",
    message: "Cannot read delay: got text, expected a number.",
    constraint: "",
    from: "rides/3/41",
    entityKey: entityKeyOf(1),
    content: Uint8Array.of(4, 5, 6),
    recordKey: Uint8Array.of(7),
    recordTimeUs: 1_000_000n,
    ...given,
  };
}
