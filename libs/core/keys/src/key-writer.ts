import { FeatureStoreError } from "@timewell/errors";
import { isTime, timeRangeText } from "@timewell/ttl";
import { isUtf8 } from "node:buffer";
import { keyBytesMax, keyCodeVersion, keyTags } from "./key-code.ts";
import type { KeyType } from "./key-type.ts";

/**
 * Writes key codes from values as they lie in a Protobuf message, without making objects of them; `encodeKey` is its slow
 * twin. `begin`, then one call for each part in the order of the entity's keys, then `end` or `finish`. Throws INVALID_KEY over 1,024 bytes.
 */
export class KeyWriter {
  /** Room for a whole key and for the part that makes it too long. */
  readonly #scratch = Buffer.alloc(keyBytesMax * 4);
  #end = 0;

  /** Starts a key. */
  begin(): void {
    this.#scratch[0] = keyCodeVersion;
    this.#end = 1;
  }

  /** A BOOL. */
  bool(value: boolean): void {
    this.#scratch[this.#end++] = value ? keyTags.true : keyTags.false;
  }

  /** An INT32 or INT64 as the high and low half of its two's complement. */
  integer(high: number, low: number): void {
    this.#words(keyTags.integer, high, low);
  }

  /** A TIMESTAMP, µs, as the high and low half of its two's complement. Throws INVALID_KEY where no TIMESTAMP can be so. */
  timestamp(high: number, low: number): void {
    const us = (BigInt(high | 0) << 32n) | BigInt(low >>> 0);
    if (!isTime(us)) throw invalidKey(`a time is ${us} µs`, `Send microseconds of ${timeRangeText}.`);
    this.#words(keyTags.timestamp, high, low);
  }

  /** A STRING: UTF-8 in `source` from `start` to `end`. Throws INVALID_KEY where it is not UTF-8. */
  string(source: Uint8Array, start: number, end: number): void {
    if (this.#escaped(keyTags.string, source, start, end) < 0x80) return;
    if (isUtf8(source.subarray(start, end))) return;
    throw invalidKey("its text is not UTF-8", "Send well-formed Unicode text.");
  }

  /** A BYTES: those of `source` from `start` to `end`. */
  bytes(source: Uint8Array, start: number, end: number): void {
    this.#escaped(keyTags.bytes, source, start, end);
  }

  /**
   * A part of any type as it lay in a message: the high and low half of a varint, or where text and bytes begin and end in `source`.
   * False, and nothing is written, where an INT32 has more than 32 bits.
   */
  part(type: KeyType, source: Uint8Array, first: number, second: number): boolean {
    switch (type) {
      case "BOOL":
        this.bool(first !== 0 || second !== 0);
        return true;
      case "INT32":
        if (first !== (second > 0x7fffffff ? 0xffffffff : 0)) return false;
        this.integer(first, second);
        return true;
      case "INT64":
        this.integer(first, second);
        return true;
      case "TIMESTAMP":
        this.timestamp(first, second);
        return true;
      case "STRING":
        this.string(source, first, second);
        return true;
      case "BYTES":
        this.bytes(source, first, second);
        return true;
    }
  }

  /** Ends the key, which is `length` bytes of `code` until the next one begins. */
  end(): void {
    if (this.#end > keyBytesMax) throw tooLong(this.#end);
  }

  /** Ends the key and copies it; its memory is the caller's. */
  finish(): Uint8Array {
    this.end();
    return Uint8Array.from(this.#scratch.subarray(0, this.#end));
  }

  /** The bytes of the key, and more behind them. */
  get code(): Uint8Array {
    return this.#scratch;
  }

  /** Bytes of the key. */
  get length(): number {
    return this.#end;
  }

  #words(tag: number, high: number, low: number): void {
    const at = this.#end;
    const scratch = this.#scratch;
    scratch[at] = tag;
    scratch[at + 1] = (high >>> 24) ^ 0x80;
    scratch[at + 2] = high >>> 16;
    scratch[at + 3] = high >>> 8;
    scratch[at + 4] = high;
    scratch[at + 5] = low >>> 24;
    scratch[at + 6] = low >>> 16;
    scratch[at + 7] = low >>> 8;
    scratch[at + 8] = low;
    this.#end = at + 9;
  }

  /** Escaped bytes take at most twice their length. Returns all bytes, or-ed: below 0x80 it is ASCII. */
  #escaped(tag: number, source: Uint8Array, start: number, end: number): number {
    const scratch = this.#scratch;
    let at = this.#end;
    if (at + end - start + 2 > keyBytesMax) throw tooLong(at + end - start + 2);
    scratch[at++] = tag;
    let all = 0;
    for (let i = start; i < end; i++) {
      const byte = source[i]!;
      all |= byte;
      scratch[at++] = byte;
      if (byte === 0) scratch[at++] = 0xff;
    }
    scratch[at++] = 0;
    this.#end = at;
    return all;
  }
}

function tooLong(bytes: number): FeatureStoreError {
  const problem = `it takes at least ${bytes} bytes, at most ${keyBytesMax} are allowed`;
  return invalidKey(problem, "Use shorter keys, for example a digest of long text.");
}

function invalidKey(problem: string, hint: string): FeatureStoreError {
  return new FeatureStoreError("INVALID_KEY", `Cannot encode the key: ${problem}`, { hint });
}
