import { offsetsFenced, type StreamOffsets, type StreamPosition } from "@timewell/store-ports";
import type { Bytes } from "./lmdb-environment.ts";
import { recordKinds } from "./log-records.ts";

/** How far topics are read. Its methods are called inside a transaction. */
export class LmdbStreamOffsets {
  readonly #log: Bytes;

  constructor(log: Bytes) {
    this.#log = log;
  }

  /** In order of topic and partition: topics never hold a zero byte. */
  list(viewId: number): StreamPosition[] {
    const start = viewPrefix(viewId);
    const end = Buffer.concat([start, Buffer.of(255)]);
    return [...this.#log.getRange({ start, end })].map(({ key, value }) => ({
      topic: key.toString("utf8", 5, key.length - 5),
      partition: key.readUInt32BE(key.length - 4),
      next: value.readBigInt64BE(0),
      records: value.readBigInt64BE(8),
    }));
  }

  /** Moves the offsets; FENCED where one of them does not go on where the log is. */
  advance(offsets: StreamOffsets): void {
    for (const part of offsets.parts) {
      const key = offsetKey(offsets.viewId, offsets.topic, part.partition);
      const held = this.#log.get(key);
      const from = held?.readBigInt64BE(0);
      if (from !== part.from) throw offsetsFenced(offsets, part, from);
      const value = Buffer.allocUnsafe(16);
      value.writeBigInt64BE(part.next, 0);
      value.writeBigInt64BE((held?.readBigInt64BE(8) ?? 0n) + BigInt(part.records), 8);
      this.#log.putSync(key, value);
    }
  }
}

function viewPrefix(viewId: number): Buffer {
  const key = Buffer.alloc(5, recordKinds.streamOffset);
  key.writeUInt32BE(viewId, 1);
  return key;
}

function offsetKey(viewId: number, topic: string, partition: number): Buffer {
  const end = Buffer.alloc(5);
  end.writeUInt32BE(partition, 1);
  return Buffer.concat([viewPrefix(viewId), Buffer.from(topic), end]);
}
