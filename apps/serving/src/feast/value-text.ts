import { FeatureStoreError } from "@timewell/errors";
import { elementTag, type FeatureType, type ScalarType } from "@timewell/row";

import { floatText } from "./float-text.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const eight = new DataView(new ArrayBuffer(8));

/**
 * Turns values of stored rows into JSON text without decoding them to anything in between. Integers keep all their digits, whole
 * floating-point numbers keep a fraction (`3.0`), so that a client can tell them from integers; NaN and infinities are text,
 * bytes are base64, an empty list is null.
 */
export class ValueText {
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #end = 0;

  /** The JSON of the value that lies behind its tag between `start` and `end`. DATA_LOSS where it is damaged. */
  of(type: FeatureType, bytes: Uint8Array, start: number, end: number): string {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    if (type === "FLOAT_VECTOR") return this.#list("FLOAT");
    if (type.endsWith("_LIST")) return this.#list(type.slice(0, -"_LIST".length) as ScalarType);
    return this.#scalar(type as ScalarType);
  }

  #list(element: ScalarType): string {
    this.#length();
    if (this.#at === this.#end) return "null";
    const isTagged = element === "STRING" || element === "BYTES";
    if (!isTagged) {
      this.#expectTag();
      this.#length();
    }
    const parts: string[] = [];
    while (this.#at < this.#end) {
      if (isTagged) this.#expectTag();
      parts.push(this.#scalar(element));
    }
    return `[${parts.join()}]`;
  }

  #scalar(type: ScalarType): string {
    switch (type) {
      case "BOOL":
        return this.#integer() === "0" ? "false" : "true";
      case "INT32":
      case "INT64":
      case "TIMESTAMP":
        return this.#integer();
      case "DOUBLE":
        return floatText(this.#fixed(8).getFloat64(0, true));
      case "FLOAT":
        return floatText(this.#fixed(4).getFloat32(0, true));
      case "STRING": {
        const part = this.#part();
        try {
          return JSON.stringify(utf8.decode(part));
        } catch (cause) {
          throw damaged(cause);
        }
      }
      case "BYTES": {
        const { buffer, byteOffset, length } = this.#part();
        return `"${Buffer.from(buffer, byteOffset, length).toString("base64")}"`;
      }
    }
  }

  #integer(): string {
    const first = this.#next();
    if (first < 0x80) return String(first);
    let low = first & 0x7f;
    let high = 0;
    for (let shift = 7; ; shift += 7) {
      if (shift > 63) throw damaged();
      const byte = this.#next();
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) break;
    }
    // Up to 21 bits of the high half a double holds them both.
    if (high >= 0 && high < 0x20_0000) return String(high * 2 ** 32 + (low >>> 0));
    return String((BigInt(high | 0) << 32n) | BigInt(low >>> 0));
  }

  #fixed(length: number): DataView {
    if (this.#at + length > this.#end) throw damaged();
    for (let i = 0; i < length; i++) eight.setUint8(i, this.#bytes[this.#at + i]!);
    this.#at += length;
    return eight;
  }

  #part(): Uint8Array {
    const length = this.#length();
    const start = this.#at;
    if (start + length > this.#end) throw damaged();
    this.#at = start + length;
    return this.#bytes.subarray(start, this.#at);
  }

  #length(): number {
    let value = 0;
    for (let factor = 1; factor < 2 ** 35; factor *= 0x80) {
      const byte = this.#next();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw damaged();
  }

  #expectTag(): void {
    if (this.#next() !== elementTag) throw damaged();
  }

  #next(): number {
    if (this.#at >= this.#end) throw damaged();
    return this.#bytes[this.#at++]!;
  }
}

function damaged(cause?: unknown): FeatureStoreError {
  return new FeatureStoreError("DATA_LOSS", "Cannot read a row: a value in it is damaged", {
    hint: "Rebuild the store that holds it from the log.",
    cause,
  });
}
