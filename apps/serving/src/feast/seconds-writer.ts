import { FeatureStoreError } from "@timewell/errors";
import { elementTag } from "@timewell/row";

const usPerSecond = 1_000_000n;
/** Bytes of a varint of 64 bits. */
const varintBytesMax = 10;

/** Turns times of stored rows, µs, into those of Feast, whole seconds, rounded down. */
export class SecondsWriter {
  /** What was written, and room behind it. */
  bytes = new Uint8Array(0);
  /** How much was written. */
  length = 0;
  /** Where the reader of a row stands. */
  #at = 0;

  /** Forgets what was written. */
  reset(): void {
    this.length = 0;
  }

  /** Writes the time that stands at `start` of a row. */
  writeOne(row: Uint8Array, start: number): void {
    this.#reserve(varintBytesMax);
    this.#at = start;
    this.#writeVarint(BigInt.asUintN(64, toSeconds(this.#readVarint(row, row.length))));
  }

  /** Writes the list whose message, behind its length, ends at `end`: the length first, as it stands in a field. */
  writeList(row: Uint8Array, start: number, end: number): void {
    this.#at = start;
    this.#readVarint(row, end);
    const seconds: bigint[] = [];
    if (this.#at < end) {
      if (row[this.#at++] !== elementTag) throw damaged();
      this.#readVarint(row, end);
      while (this.#at < end) seconds.push(BigInt.asUintN(64, toSeconds(this.#readVarint(row, end))));
    }
    this.#reserve((seconds.length + 3) * varintBytesMax);
    const packedBytes = seconds.reduce((sum, value) => sum + varintLength(value), 0);
    if (packedBytes === 0) return this.#writeVarint(0n);
    this.#writeVarint(BigInt(1 + varintLength(BigInt(packedBytes)) + packedBytes));
    this.bytes[this.length++] = elementTag;
    this.#writeVarint(BigInt(packedBytes));
    for (const value of seconds) this.#writeVarint(value);
  }

  #readVarint(row: Uint8Array, end: number): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (this.#at >= end) throw damaged();
      const byte = row[this.#at++]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw damaged();
  }

  #writeVarint(value: bigint): void {
    let rest = value;
    while (rest > 0x7fn) {
      this.bytes[this.length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.bytes[this.length++] = Number(rest);
  }

  #reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.bytes.length * 2, 1024));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}

/** Rounds down, also before 1970. */
function toSeconds(word: bigint): bigint {
  const us = BigInt.asIntN(64, word);
  const rest = us % usPerSecond;
  return us / usPerSecond - (rest < 0n ? 1n : 0n);
}

function varintLength(value: bigint): number {
  return Math.max(1, Math.ceil(value.toString(2).length / 7));
}

function damaged(): FeatureStoreError {
  return new FeatureStoreError("DATA_LOSS", "Cannot read a row: a time in it is damaged", {
    hint: "Rebuild the store that holds it from the log.",
  });
}
