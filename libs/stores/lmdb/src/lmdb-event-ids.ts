import type { LogAppend } from "@timewell/store-ports";
import { createHash } from "node:crypto";
import type { Bytes } from "./lmdb-environment.ts";
import { recordKinds } from "./log-records.ts";

const hashBytes = 16;

/** Which events are in the log, and where. Its methods are called inside a transaction. */
export class LmdbEventIds {
  readonly #log: Bytes;

  constructor(log: Bytes) {
    this.#log = log;
  }

  /** Key of a row's event; undefined where it has no id. */
  keyOf({ viewId, entityKey, eventId }: LogAppend): Buffer | undefined {
    return eventId && Buffer.concat([prefix(viewId, entityKey), hash(eventId)]);
  }

  /** Position of the event in the entity's partition; undefined where it is not known. */
  get(key: Buffer): bigint | undefined {
    return this.#log.get(key)?.readBigUInt64BE();
  }

  put(key: Buffer, position: bigint): void {
    const value = Buffer.allocUnsafe(8);
    value.writeBigUInt64BE(position);
    this.#log.putSync(key, value);
  }

  /** Forgets the events of an entity; returns how many. */
  erase(viewIds: readonly number[], entityKey: Uint8Array): number {
    let erased = 0;
    for (const viewId of new Set(viewIds)) {
      const start = prefix(viewId, entityKey);
      const end = Buffer.concat([start, Buffer.alloc(hashBytes + 1, 255)]);
      const keys = [...this.#log.getKeys({ start, end })].map((key) => Buffer.from(key));
      for (const key of keys) this.#log.removeSync(key);
      erased += keys.length;
    }
    return erased;
  }
}

function prefix(viewId: number, entityKey: Uint8Array): Buffer {
  const head = Buffer.alloc(5, recordKinds.eventId);
  head.writeUInt32BE(viewId, 1);
  return Buffer.concat([head, hash(entityKey)]);
}

function hash(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest().subarray(0, hashBytes);
}
