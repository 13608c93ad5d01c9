import { encodeStoredRow, headerBytes, readHeader } from "@timewell/row";
import type { OnlineKey, OnlineStore, OnlineWrite } from "@timewell/store-ports";
import { entityKeyOf } from "./log-row.testdata.ts";

/** A row to write, in the words of a test; what is not said has a default. */
export interface RowInWords {
  readonly id?: number;
  readonly viewId?: number;
  readonly entityKey?: Uint8Array;
  /** Event time, µs. */
  readonly at?: number | bigint;
  readonly order?: number | bigint;
  readonly deleted?: boolean;
  /** Text or bytes of the payload. */
  readonly payload?: string | Uint8Array;
  /** Recorded available time, µs; none by default. */
  readonly available?: number | bigint;
  readonly stamp?: boolean;
  readonly expiresAtUs?: bigint;
}

/** Makes the write of a row. */
export function write(row: RowInWords = {}): OnlineWrite {
  const { id = 1, viewId = 7, at = 1_000, order = 1, deleted = false, payload = "", available } = row;
  const header = {
    deleted,
    eventTimeUs: BigInt(at),
    order: BigInt(order),
    availableTimeUs: available === undefined ? undefined : BigInt(available),
  };
  return {
    viewId,
    entityKey: row.entityKey ?? entityKeyOf(id),
    row: encodeStoredRow(header, Buffer.from(payload)),
    stampAvailableTime: row.stamp ?? false,
    ...(row.expiresAtUs === undefined ? {} : { expiresAtUs: row.expiresAtUs }),
  };
}

/** Keys of ids in one view. */
export function keysOf(ids: readonly number[], viewId = 7): OnlineKey[] {
  return ids.map((id) => ({ viewId, entityKey: entityKeyOf(id) }));
}

/** What is stored under a key, as a test compares it; undefined where there is nothing. */
export async function stored(store: OnlineStore, key: OnlineKey = keysOf([1])[0]!) {
  const [row] = await store.read([key]);
  if (row === undefined) return undefined;
  return { ...readHeader(row), payload: Buffer.from(row.subarray(headerBytes)).toString() };
}
