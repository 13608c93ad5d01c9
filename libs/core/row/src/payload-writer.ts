import { FeatureStoreError } from "@timewell/errors";
import type { FeatureValue, RowField, ScalarType, ScalarValue } from "./feature-type.ts";
import type { RowHeader } from "./row-header.ts";
import { rowMemory } from "./row-memory.ts";
import { headerBytes, rowBytesMax, writeHeader } from "./stored-row.ts";
import { elementTag, planFields, type FieldPlan } from "./wire.ts";

/** Room behind the greatest row for numbers and tags that are written before the limit is checked. */
const slackBytes = 64;

/** Strings up to this length are first tried as ASCII, byte by byte: quicker than a call into the engine. */
const asciiCharsMax = 48;

/** Every row is written here first, its payload behind the room for a header, and then copied to its own memory. */
const scratch = Buffer.alloc(rowBytesMax + slackBytes);
const view = new DataView(scratch.buffer, scratch.byteOffset, scratch.length);
const words = new DataView(new ArrayBuffer(8));

/** The writing half of a row codec. */
export class PayloadWriter {
  private readonly plans: readonly FieldPlan[];
  private at = 0;

  constructor(fields: readonly RowField[]) {
    this.plans = planFields(fields);
  }

  encode(values: readonly FeatureValue[]): Uint8Array {
    this.writePayload(values);
    return copyOf(headerBytes, this.at);
  }

  encodeStored(header: RowHeader, values: readonly FeatureValue[]): Uint8Array {
    this.writePayload(values);
    writeHeader(scratch, header);
    return copyOf(0, this.at);
  }

  private writePayload(values: readonly FeatureValue[]): void {
    const { plans } = this;
    if (values.length !== plans.length) {
      throw new FeatureStoreError(
        "INTERNAL",
        `Cannot encode a row: got ${values.length} values, expected ${plans.length}`,
      );
    }
    this.at = headerBytes;
    for (let i = 0; i < plans.length; i++) {
      const plan = plans[i]!;
      const value = values[plan.slot]!;
      if (value === null) continue;
      this.writeVarint32(plan.tag);
      if (plan.isList) this.writeList(plan.element, value as readonly ScalarValue[]);
      else this.writeScalar(plan.element, value as ScalarValue);
      if (this.at > rowBytesMax) throw tooLong(this.at);
    }
  }

  private writeScalar(type: ScalarType, value: ScalarValue): void {
    switch (type) {
      case "DOUBLE":
        return this.writeDouble(value as number);
      case "FLOAT":
        return this.writeFloat(value as number);
      case "INT64":
      case "TIMESTAMP":
        return this.writeVarint64(value as bigint);
      case "INT32":
        return this.writeInt32(value as number);
      case "BOOL":
        scratch[this.at++] = value === true ? 1 : 0;
        return;
      case "STRING":
        return this.writeString(value as string);
      case "BYTES":
        return this.writeBytes(value as Uint8Array);
    }
  }

  /** Elements are written behind one byte for each length, which is widened where it does not fit. */
  private writeList(type: ScalarType, values: readonly ScalarValue[]): void {
    const wrapperStart = ++this.at;
    if (values.length > 0) {
      if (type === "STRING" || type === "BYTES") this.writeTagged(type, values);
      else this.writePacked(type, values);
    }
    this.closeLength(wrapperStart);
  }

  private writeTagged(type: ScalarType, values: readonly ScalarValue[]): void {
    for (let i = 0; i < values.length; i++) {
      if (this.at > rowBytesMax) throw tooLong(this.at);
      scratch[this.at++] = elementTag;
      this.writeScalar(type, values[i]!);
    }
  }

  private writePacked(type: ScalarType, values: readonly ScalarValue[]): void {
    scratch[this.at++] = elementTag;
    const packedStart = ++this.at;
    for (let i = 0; i < values.length; i++) {
      if (this.at > rowBytesMax) throw tooLong(this.at);
      this.writeScalar(type, values[i]!);
    }
    this.closeLength(packedStart);
  }

  /** Writes the length of what was written since `start` to the byte before `start`, moving it where the length needs more. */
  private closeLength(start: number): void {
    const length = this.at - start;
    if (length < 0x80) {
      scratch[start - 1] = length;
      return;
    }
    const extra = length < 0x4000 ? 1 : 2;
    scratch.copyWithin(start + extra, start, this.at);
    const end = this.at + extra;
    this.at = start - 1;
    this.writeVarint32(length);
    this.at = end;
  }

  private writeVarint32(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      scratch[this.at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    scratch[this.at++] = rest;
  }

  private writeInt32(value: number): void {
    if (value >= 0) this.writeVarint32(value);
    else this.writeWords(value >>> 0, 0xffffffff);
  }

  private writeVarint64(value: bigint): void {
    words.setBigInt64(0, value);
    this.writeWords(words.getUint32(4), words.getUint32(0));
  }

  private writeWords(lowWord: number, highWord: number): void {
    let low = lowWord;
    let high = highWord;
    while (high !== 0) {
      scratch[this.at++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.writeVarint32(low);
  }

  private writeFloat(value: number): void {
    if (value === value) view.setFloat32(this.at, value, true);
    else view.setUint32(this.at, 0x7fc00000, true);
    this.at += 4;
  }

  private writeDouble(value: number): void {
    if (value === value) {
      view.setFloat64(this.at, value, true);
    } else {
      view.setUint32(this.at, 0, true);
      view.setUint32(this.at + 4, 0x7ff80000, true);
    }
    this.at += 8;
  }

  private writeString(value: string): void {
    if (value.length <= asciiCharsMax && this.writeAscii(value)) return;
    const length = Buffer.byteLength(value);
    this.reserve(length);
    this.writeVarint32(length);
    this.at += scratch.write(value, this.at);
  }

  /** Writes nothing that counts, and returns false, where the text is not ASCII. */
  private writeAscii(value: string): boolean {
    const start = this.at + 1;
    for (let i = 0; i < value.length; i++) {
      const unit = value.charCodeAt(i);
      if (unit > 0x7f) return false;
      scratch[start + i] = unit;
    }
    scratch[this.at] = value.length;
    this.at = start + value.length;
    return true;
  }

  private writeBytes(value: Uint8Array): void {
    this.reserve(value.length);
    this.writeVarint32(value.length);
    scratch.set(value, this.at);
    this.at += value.length;
  }

  private reserve(length: number): void {
    if (this.at + length > rowBytesMax) throw tooLong(this.at + length);
  }
}

function copyOf(start: number, end: number): Uint8Array {
  const copy = rowMemory(end - start);
  copy.set(scratch.subarray(start, end));
  return copy;
}

function tooLong(bytes: number): FeatureStoreError {
  const problem = `Cannot encode a row: it takes at least ${bytes} bytes, at most ${rowBytesMax} are allowed`;
  return new FeatureStoreError("LIMIT_EXCEEDED", problem, {
    hint: "Store long values elsewhere and keep a reference.",
  });
}
