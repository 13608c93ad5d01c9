import { FeatureStoreError } from "@timewell/errors";
import { wireTypes } from "./wire.ts";

/** Walks over the bytes of a message, or of a part of it. Throws INVALID_REQUEST where they are no message. */
export class WireReader<Bytes extends Uint8Array = Uint8Array> {
  readonly bytes: Bytes;
  readonly #typeName: string;
  /** Where it stands. */
  at = 0;
  /** Where the message ends. */
  end: number;
  /** Low half of the last varint, unsigned. */
  low = 0;
  /** High half of the last varint, unsigned. */
  high = 0;

  /** `typeName` is what the bytes should be. */
  constructor(bytes: Bytes, typeName: string) {
    this.bytes = bytes;
    this.end = bytes.length;
    this.#typeName = typeName;
  }

  /** The next tag: field number × 8 + wire type. */
  tag(): number {
    const first = this.bytes[this.at]!;
    if (first < 0x80 && first > 7) {
      this.at++;
      return first;
    }
    this.varint();
    if (this.high !== 0 || this.low < 8) throw this.malformed();
    return this.low;
  }

  /** The length that stands here; returns where the part ends that follows. */
  partEnd(): number {
    this.varint();
    const end = this.at + this.low;
    if (this.high !== 0 || end > this.end) throw this.malformed();
    return end;
  }

  /** Goes over a value of eight bytes; returns where it begins. */
  fixed64(): number {
    const start = this.at;
    this.at = start + 8;
    if (this.at > this.end) throw this.malformed();
    return start;
  }

  /** Reads a varint into `low` and `high`. */
  varint(): void {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.at >= this.end) throw this.malformed();
      const byte = this.bytes[this.at++]!;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        this.low = low >>> 0;
        this.high = high >>> 0;
        return;
      }
    }
    throw this.malformed();
  }

  /** Goes over a value. */
  skip(wireType: number): void {
    if (wireType === wireTypes.varint) this.varint();
    else if (wireType === wireTypes.lengthDelimited) this.at = this.partEnd();
    else if (wireType === wireTypes.fixed64) this.at += 8;
    else if (wireType === wireTypes.fixed32) this.at += 4;
    else throw this.malformed();
    if (this.at > this.end) throw this.malformed();
  }

  /** The error for bytes that are no message. */
  malformed(): FeatureStoreError {
    return new FeatureStoreError(
      "INVALID_REQUEST",
      `Cannot decode the request: its bytes are no ${this.#typeName}`,
      { hint: "Generate the client again from the current contracts." },
    );
  }
}
