import { isTime } from "@timewell/ttl";
import { isUtf8 } from "node:buffer";
import type { RowField, ScalarType } from "./feature-type.ts";
import { listElementsMax } from "./normalize-feature-value.ts";
import { headerBytes, rowBytesMax } from "./stored-row.ts";
import { elementTag, planFields, type FieldPlan } from "./wire.ts";

/**
 * Tells whether the bytes from `start` to `end` are what the row codec of these fields would write for the values in them, each of
 * which is one that a row may hold. Says no in doubt: then the row must be decoded, checked and encoded anew.
 */
export type IsCanonicalPayload = (bytes: Buffer, start: number, end: number) => boolean;

/** Compiles the check of a schema: one pass over the bytes, and nothing is made of them. */
export function compileCanonicalCheck(fields: readonly RowField[]): IsCanonicalPayload {
  const check = new CanonicalCheck(planFields(fields));
  return (bytes, start, end) => check.holds(bytes, start, end);
}

class CanonicalCheck {
  readonly #plans: readonly FieldPlan[];
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #end = 0;
  /** Halves of the last varint, unsigned. */
  #low = 0;
  #high = 0;

  constructor(plans: readonly FieldPlan[]) {
    this.#plans = plans;
  }

  holds(bytes: Buffer, start: number, end: number): boolean {
    if (end - start > rowBytesMax - headerBytes) return false;
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    let next = 0;
    while (this.#at < end) {
      if (!this.#varint() || this.#high !== 0) return false;
      while (next < this.#plans.length && this.#plans[next]!.tag !== this.#low) next++;
      const plan = this.#plans[next++];
      if (plan === undefined) return false;
      if (!(plan.isList ? this.#list(plan, end) : this.#scalar(plan.element))) return false;
    }
    return this.#at === end;
  }

  #scalar(type: ScalarType): boolean {
    switch (type) {
      case "DOUBLE":
        return this.#double();
      case "FLOAT":
        return this.#float();
      case "INT64":
        return this.#varint();
      case "TIMESTAMP":
        return this.#varint() && isTime((BigInt(this.#high | 0) << 32n) | BigInt(this.#low));
      case "INT32":
        return this.#varint() && this.#high === (this.#low > 0x7fffffff ? 0xffffffff : 0);
      case "BOOL":
        return this.#varint() && this.#high === 0 && this.#low < 2;
      case "STRING": {
        const start = this.#part();
        return start >= 0 && this.#isText(start);
      }
      case "BYTES":
        return this.#part() >= 0;
    }
  }

  /** Exponent all ones and a fraction: NaN, of which only one is canonical. */
  #double(): boolean {
    const at = this.#at;
    this.#at = at + 8;
    if (this.#at > this.#end) return false;
    const bytes = this.#bytes;
    if ((bytes[at + 7]! & 0x7f) !== 0x7f || bytes[at + 6]! < 0xf0) return true;
    const high = bytes.readUInt32LE(at + 4);
    const low = bytes.readUInt32LE(at);
    return (low === 0 && (high & 0xfffff) === 0) || (low === 0 && high === 0x7ff80000);
  }

  #float(): boolean {
    const at = this.#at;
    this.#at = at + 4;
    if (this.#at > this.#end) return false;
    const bits = this.#bytes.readUInt32LE(at);
    return (bits & 0x7f800000) >>> 0 !== 0x7f800000 || (bits & 0x7fffff) === 0 || bits === 0x7fc00000;
  }

  #list(plan: FieldPlan, rowEnd: number): boolean {
    const start = this.#part();
    if (start < 0) return false;
    const end = this.#at;
    this.#at = start;
    this.#end = end;
    const isTagged = plan.element === "STRING" || plan.element === "BYTES";
    const count = isTagged ? this.#tagged(plan.element) : this.#packed(plan.element);
    this.#end = rowEnd;
    if (count < 0 || count > listElementsMax || this.#at !== end) return false;
    return plan.dimension === 0 || count === plan.dimension;
  }

  /** Elements of a list; less than 0 where one is not canonical. */
  #tagged(type: ScalarType): number {
    let count = 0;
    for (; this.#at < this.#end; count++)
      if (this.#bytes[this.#at++] !== elementTag || !this.#scalar(type)) return -1;
    return count;
  }

  #packed(type: ScalarType): number {
    if (this.#at === this.#end) return 0;
    if (this.#bytes[this.#at++] !== elementTag) return -1;
    const start = this.#part();
    // An empty list has no field at all, and a longer wrapper would hold something else.
    if (start < 0 || start === this.#at || this.#at !== this.#end) return -1;
    this.#at = start;
    let count = 0;
    for (; this.#at < this.#end; count++) if (!this.#scalar(type)) return -1;
    return count;
  }

  #isText(start: number): boolean {
    const bytes = this.#bytes;
    for (let i = start; i < this.#at; i++)
      if (bytes[i]! > 0x7f) return isUtf8(bytes.subarray(start, this.#at));
    return true;
  }

  /** Goes over a length and the part that it is of; returns where the part begins, or less than 0. */
  #part(): number {
    if (!this.#varint() || this.#high !== 0) return -1;
    const start = this.#at;
    if (this.#low > this.#end - start) return -1;
    this.#at = start + this.#low;
    return start;
  }

  /** Reads the shortest form of a varint; false for any other. */
  #varint(): boolean {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.#at >= this.#end) return false;
      const byte = this.#bytes[this.#at++]!;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        this.#low = low >>> 0;
        this.#high = high >>> 0;
        return (byte !== 0 || shift === 0) && (shift < 63 || byte === 1);
      }
    }
    return false;
  }
}
