import type { LogAppend, LogRow, ViewLogCount } from "@timewell/store-ports";

/**
 * Records of the LMDB log. The first byte of a key says which; all integers are big-endian, signs as they are.
 *
 * ```
 * key                                  value
 * [1][partition u8][position u64]      row: [view id u32][flags u8][event time i64][appended at i64]
 *                                           [available time i64][key bytes u16][entity key …][payload …]
 * [2][partition u8]                    partition: [head u64][applied u64][trimmed u64][epoch u64]
 *                                           [leased until i64][owner, UTF-8 …]
 * [3][request hash, 32 bytes]          request: [appended at i64][digest bytes u16][digest …][answer …]
 * [4][appended at i64][request hash]   nothing: the requests by time
 * [5][view id u32]                     count: [rows u64][applied u64][greatest event time i64]
 * [6][view id u32][entity hash, 16 bytes][event id hash, 16 bytes]
 *                                      event: [position u64]
 * [7][view id u32][topic, UTF-8 …][0][partition u32]
 *                                      how far a topic is read: [next offset i64][records i64]
 * [8][id u64]                          row in quarantine, without its content: JSON
 * [9][id u64]                          its content: [record key bytes i32, -1: none][record key …][content …]
 * [10][view id u32][id u64]            nothing: the quarantine by view
 * [11][view id u32]                    count of the quarantine: [rows u64][overflowed u64]
 * [12]                                 last id that the quarantine gave: [id u64]
 * ```
 *
 * Flags of a row: bit 0 delete, bit 1 stamped. An empty entity key: the row is erased. No owner: the lease is free.
 */
export const recordKinds = {
  row: 1,
  partition: 2,
  request: 3,
  requestTime: 4,
  count: 5,
  eventId: 6,
  streamOffset: 7,
  quarantine: 8,
  quarantineContent: 9,
  quarantineByView: 10,
  quarantineCount: 11,
  quarantineLastId: 12,
} as const;

const flagDeleted = 1;
const flagStamped = 2;
const rowHeadBytes = 31;

/** State of a partition. */
export interface PartitionRecord {
  readonly head: bigint;
  readonly applied: bigint;
  /** Rows up to here are dropped. */
  readonly trimmed: bigint;
  readonly epoch: bigint;
  readonly leasedUntilUs: bigint;
  /** Empty: nobody. */
  readonly owner: string;
}

/** A remembered request. */
export interface RequestRecord {
  readonly appendedAtUs: bigint;
  readonly digest: Buffer;
  readonly answer: Buffer;
}

/** State of a partition that was never written. */
export const emptyPartition: PartitionRecord = {
  head: 0n,
  applied: 0n,
  trimmed: 0n,
  epoch: 0n,
  leasedUntilUs: 0n,
  owner: "",
};

/** Key of a row. */
export function rowKey(partition: number, position: bigint): Buffer {
  const key = Buffer.allocUnsafe(10);
  key[0] = recordKinds.row;
  key[1] = partition;
  key.writeBigUInt64BE(position, 2);
  return key;
}

/** Key of a partition's state. */
export function partitionKey(partition: number): Buffer {
  return Buffer.of(recordKinds.partition, partition);
}

/** Key of a view's count. */
export function countKey(viewId: number): Buffer {
  const key = Buffer.alloc(5, recordKinds.count);
  key.writeUInt32BE(viewId, 1);
  return key;
}

/** Key of a request by time. */
export function requestTimeKey(appendedAtUs: bigint, hash: Uint8Array): Buffer {
  const key = Buffer.allocUnsafe(9);
  key[0] = recordKinds.requestTime;
  key.writeBigInt64BE(appendedAtUs, 1);
  return Buffer.concat([key, hash]);
}

/** Value of a row without a stamp. */
export function encodeRow(row: LogAppend, appendedAtUs: bigint): Buffer {
  const value = Buffer.allocUnsafe(rowHeadBytes + row.entityKey.length + row.payload.length);
  value.writeUInt32BE(row.viewId, 0);
  value[4] = row.deleted ? flagDeleted : 0;
  value.writeBigInt64BE(row.eventTimeUs, 5);
  value.writeBigInt64BE(appendedAtUs, 13);
  value.writeBigInt64BE(0n, 21);
  value.writeUInt16BE(row.entityKey.length, 29);
  value.set(row.entityKey, rowHeadBytes);
  value.set(row.payload, rowHeadBytes + row.entityKey.length);
  return value;
}

/** Writes a stamp into a row's value; false where it has one. */
export function stampRow(value: Buffer, availableTimeUs: bigint): boolean {
  if ((value[4]! & flagStamped) !== 0) return false;
  value[4]! |= flagStamped;
  value.writeBigInt64BE(availableTimeUs, 21);
  return true;
}

/** Reads a row's value; its bytes share the value's memory. */
export function decodeRow(value: Buffer, partition: number, position: bigint): LogRow {
  const keyEnd = rowHeadBytes + value.readUInt16BE(29);
  return {
    partition,
    position,
    ...rowCounted(value),
    deleted: (value[4]! & flagDeleted) !== 0,
    appendedAtUs: value.readBigInt64BE(13),
    availableTimeUs: (value[4]! & flagStamped) !== 0 ? value.readBigInt64BE(21) : undefined,
    entityKey: value.subarray(rowHeadBytes, keyEnd),
    payload: value.subarray(keyEnd),
  };
}

/** Value of a row without its content. */
export function eraseRow(value: Buffer): Buffer {
  const erased = Buffer.from(value.subarray(0, rowHeadBytes));
  erased[4]! &= ~flagDeleted;
  erased.writeUInt16BE(0, 29);
  return erased;
}

/** What the counts need of a row. */
export function rowCounted(value: Buffer): { readonly viewId: number; readonly eventTimeUs: bigint } {
  return { viewId: value.readUInt32BE(0), eventTimeUs: value.readBigInt64BE(5) };
}

/** Value of a partition's state. */
export function encodePartition(record: PartitionRecord): Buffer {
  const value = Buffer.alloc(40 + Buffer.byteLength(record.owner));
  const numbers = [record.head, record.applied, record.trimmed, record.epoch, record.leasedUntilUs];
  numbers.forEach((number, i) => value.writeBigInt64BE(number, i * 8));
  value.write(record.owner, 40);
  return value;
}

/** Reads a partition's state. */
export function decodePartition(value: Buffer | undefined): PartitionRecord {
  if (value === undefined) return emptyPartition;
  return {
    head: value.readBigInt64BE(0),
    applied: value.readBigInt64BE(8),
    trimmed: value.readBigInt64BE(16),
    epoch: value.readBigInt64BE(24),
    leasedUntilUs: value.readBigInt64BE(32),
    owner: value.toString("utf8", 40),
  };
}

/** Value of a remembered request. */
export function encodeRequest(digest: Uint8Array, answer: Uint8Array, appendedAtUs: bigint): Buffer {
  const head = Buffer.allocUnsafe(10);
  head.writeBigInt64BE(appendedAtUs, 0);
  head.writeUInt16BE(digest.length, 8);
  return Buffer.concat([head, digest, answer]);
}

/** Reads a remembered request. */
export function decodeRequest(value: Buffer): RequestRecord {
  const digestEnd = 10 + value.readUInt16BE(8);
  return {
    appendedAtUs: value.readBigInt64BE(0),
    digest: value.subarray(10, digestEnd),
    answer: value.subarray(digestEnd),
  };
}

/** Value of a view's count. */
export function encodeCount({ rows, applied, eventTimeMaxUs = 0n }: ViewLogCount): Buffer {
  const value = Buffer.allocUnsafe(24);
  [rows, applied, eventTimeMaxUs].forEach((number, i) => value.writeBigInt64BE(number, i * 8));
  return value;
}

/** Reads a view's count. */
export function decodeCount(viewId: number, value: Buffer | undefined): ViewLogCount {
  if (value === undefined) return { viewId, rows: 0n, applied: 0n, eventTimeMaxUs: undefined };
  const applied = value.readBigInt64BE(8);
  const eventTimeMaxUs = applied === 0n ? undefined : value.readBigInt64BE(16);
  return { viewId, rows: value.readBigInt64BE(0), applied, eventTimeMaxUs };
}
