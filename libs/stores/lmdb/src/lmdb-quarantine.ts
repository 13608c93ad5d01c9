import {
  keptOfQuarantine,
  meetsQuarantineFilter,
  quarantineFenced,
  type QuarantineAppend,
  type QuarantinedRow,
  type QuarantineEntry,
  type QuarantineFilter,
  type QuarantineLimits,
  type QuarantinePage,
  type ViewQuarantineCount,
} from "@timewell/store-ports";
import type { Bytes } from "./lmdb-environment.ts";
import { recordKinds } from "./log-records.ts";
import {
  decodeQuarantineContent,
  decodeQuarantineHead,
  encodeQuarantineContent,
  encodeQuarantineHead,
  quarantineKey,
  quarantineViewKey,
  type QuarantineHead,
} from "./quarantine-records.ts";

interface Count {
  readonly rows: bigint;
  readonly overflowed: bigint;
}

const idMax = 2n ** 63n;

/** The quarantine of the LMDB log. Its methods are called inside a transaction. */
export class LmdbQuarantine {
  readonly #log: Bytes;
  readonly #limits: QuarantineLimits;

  constructor(log: Bytes, limits: QuarantineLimits) {
    this.#log = log;
    this.#limits = limits;
  }

  /** Keeps a row under the next id, and drops the oldest of its view where there are too many. */
  add(row: QuarantineAppend, refusedAtUs: bigint): void {
    const { viewId } = row;
    const id = this.#nextId();
    const kept = keptOfQuarantine(row, this.#limits);
    this.#log.putSync(quarantineKey(recordKinds.quarantine, id), encodeQuarantineHead(kept, refusedAtUs));
    this.#log.putSync(quarantineKey(recordKinds.quarantineContent, id), encodeQuarantineContent(kept));
    this.#log.putSync(quarantineViewKey(viewId, id), Buffer.of(0));
    const { rows, overflowed } = this.#count(viewId);
    const isFull = rows >= BigInt(this.#limits.rowsPerViewMax);
    this.#putCount(viewId, { rows: rows + 1n, overflowed: overflowed + (isFull ? 1n : 0n) });
    if (isFull) this.#remove(viewId, this.#oldest(viewId));
  }

  /** Drops rows by id; FENCED where one of them is not there. */
  take(ids: readonly bigint[]): void {
    for (const id of ids) {
      const head = this.#head(id);
      if (head === undefined) throw quarantineFenced(ids);
      this.#remove(head.viewId, id);
    }
  }

  list(filter: QuarantineFilter, { beforeId, rowsMax }: QuarantinePage): QuarantineEntry[] {
    const found: QuarantineEntry[] = [];
    for (const { entityKey: _entityKey, ...entry } of this.#heads(filter, beforeId)) {
      if (found.length >= rowsMax) break;
      if (meetsQuarantineFilter(entry, filter)) found.push(entry);
    }
    return found;
  }

  get(id: bigint): QuarantinedRow | undefined {
    const head = this.#head(id);
    const content = this.#log.get(quarantineKey(recordKinds.quarantineContent, id));
    return head && content && { ...head, ...decodeQuarantineContent(content) };
  }

  /**
   * Looks at up to `headsMax` rows before an id, and drops those that are meant. Answers how many, and where to go on;
   * undefined: nowhere.
   */
  dropStep(
    {
      headsMax,
      beforeId,
      filter,
    }: { headsMax: number; beforeId?: bigint | undefined; filter: QuarantineFilter },
    isMeant: (head: QuarantineHead) => boolean = () => true,
  ): { readonly dropped: number; readonly beforeId: bigint | undefined } {
    const seen: QuarantineHead[] = [];
    for (const head of this.#heads(filter, beforeId)) if (seen.push(head) === headsMax) break;
    const meant = seen.filter((head) => meetsQuarantineFilter(head, filter) && isMeant(head));
    for (const { viewId, id } of meant) this.#remove(viewId, id);
    return { dropped: meant.length, beforeId: seen.length < headsMax ? undefined : seen.at(-1)!.id };
  }

  counts(): ViewQuarantineCount[] {
    const start = Buffer.of(recordKinds.quarantineCount);
    const end = Buffer.of(recordKinds.quarantineCount + 1);
    return [...this.#log.getRange({ start, end })].map(({ key, value }) => ({
      viewId: key.readUInt32BE(1),
      ...decodeCount(value),
    }));
  }

  /** The latest first. Where the filter names ids, these alone. */
  *#heads({ ids }: QuarantineFilter, beforeId = idMax): Iterable<QuarantineHead> {
    if (ids !== undefined) {
      const descending = [...new Set(ids)].sort((a, b) => (a < b ? 1 : -1));
      for (const id of descending) {
        const head = id < beforeId ? this.#head(id) : undefined;
        if (head !== undefined) yield head;
      }
      return;
    }
    const start = quarantineKey(recordKinds.quarantine, beforeId - 1n);
    const end = Buffer.of(recordKinds.quarantine);
    for (const { key, value } of this.#log.getRange({ start, end, reverse: true }))
      yield decodeQuarantineHead(key.readBigUInt64BE(1), value);
  }

  #head(id: bigint): QuarantineHead | undefined {
    const value = this.#log.get(quarantineKey(recordKinds.quarantine, id));
    return value && decodeQuarantineHead(id, value);
  }

  #oldest(viewId: number): bigint {
    const [key] = this.#log.getKeys({ start: quarantineViewKey(viewId, 0n), limit: 1 });
    return key!.readBigUInt64BE(5);
  }

  #remove(viewId: number, id: bigint): void {
    this.#log.removeSync(quarantineKey(recordKinds.quarantine, id));
    this.#log.removeSync(quarantineKey(recordKinds.quarantineContent, id));
    this.#log.removeSync(quarantineViewKey(viewId, id));
    const { rows, overflowed } = this.#count(viewId);
    this.#putCount(viewId, { rows: rows - 1n, overflowed });
  }

  #nextId(): bigint {
    const key = Buffer.of(recordKinds.quarantineLastId);
    const id = (this.#log.get(key)?.readBigUInt64BE() ?? 0n) + 1n;
    const value = Buffer.allocUnsafe(8);
    value.writeBigUInt64BE(id);
    this.#log.putSync(key, value);
    return id;
  }

  #count(viewId: number): Count {
    const value = this.#log.get(countKey(viewId));
    return value === undefined ? { rows: 0n, overflowed: 0n } : decodeCount(value);
  }

  #putCount(viewId: number, { rows, overflowed }: Count): void {
    const value = Buffer.allocUnsafe(16);
    value.writeBigInt64BE(rows, 0);
    value.writeBigInt64BE(overflowed, 8);
    this.#log.putSync(countKey(viewId), value);
  }
}

function countKey(viewId: number): Buffer {
  const key = Buffer.alloc(5, recordKinds.quarantineCount);
  key.writeUInt32BE(viewId, 1);
  return key;
}

function decodeCount(value: Buffer): Count {
  return { rows: value.readBigInt64BE(0), overflowed: value.readBigInt64BE(8) };
}
