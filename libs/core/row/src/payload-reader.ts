import { FeatureStoreError } from "@timewell/errors";
import type { FeatureValue, RowField, ScalarType, ScalarValue } from "./feature-type.ts";
import { elementTag, planFields, wireTypes, type FieldPlan } from "./wire.ts";

// A byte-order mark is text like any other.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const asciiBytesMax = 48;
const words = new DataView(new ArrayBuffer(8));

/** The reading half of a row codec. */
export class PayloadReader {
  private readonly planByNumber: ReadonlyMap<number, FieldPlan>;
  private readonly slots: number;
  private bytes: Uint8Array = new Uint8Array(0);
  private view: DataView = words;
  private at = 0;

  constructor(fields: readonly RowField[]) {
    this.planByNumber = new Map(planFields(fields).map((plan) => [plan.number, plan]));
    this.slots = fields.length;
  }

  decode(payload: Uint8Array): FeatureValue[] {
    this.bytes = payload;
    this.view = new DataView(payload.buffer, payload.byteOffset, payload.length);
    this.at = 0;
    const values: FeatureValue[] = new Array<FeatureValue>(this.slots).fill(null);
    while (this.at < payload.length) {
      const tag = this.readVarint32();
      const plan = this.planByNumber.get(tag >>> 3);
      if (plan === undefined) this.skip(tag);
      else if (plan.tag !== tag) throw damaged(`wire type ${tag & 7} in field ${plan.number}`);
      else values[plan.slot] = plan.isList ? this.readList(plan) : this.readScalar(plan.element);
    }
    return values;
  }

  private readScalar(type: ScalarType): ScalarValue {
    switch (type) {
      case "DOUBLE":
        return this.view.getFloat64(this.take(8), true);
      case "FLOAT":
        return this.view.getFloat32(this.take(4), true);
      case "INT64":
      case "TIMESTAMP":
        this.readWords();
        return words.getBigInt64(0);
      case "INT32":
        this.readWords();
        return words.getInt32(4);
      case "BOOL":
        return this.readVarint32() !== 0;
      case "STRING":
        return this.readString();
      case "BYTES": {
        const length = this.readVarint32();
        const start = this.take(length);
        // Not `slice`: that of a Buffer shares memory.
        return new Uint8Array(this.bytes.subarray(start, start + length));
      }
    }
  }

  private readList(plan: FieldPlan): ScalarValue[] {
    const length = this.readVarint32();
    const end = this.take(length) + length;
    this.at = end - length;
    const isTagged = plan.element === "STRING" || plan.element === "BYTES";
    const values = isTagged ? this.readTagged(plan.element, end) : this.readPacked(plan.element, end);
    if (this.at !== end) throw damaged(`a list that overruns its length in field ${plan.number}`);
    if (plan.dimension > 0 && values.length !== plan.dimension) {
      throw damaged(
        `${values.length} elements in the vector of field ${plan.number}, expected ${plan.dimension}`,
      );
    }
    return values;
  }

  private readTagged(type: ScalarType, end: number): ScalarValue[] {
    const values: ScalarValue[] = [];
    while (this.at < end) {
      this.expectElementTag();
      values.push(this.readScalar(type));
    }
    return values;
  }

  private readPacked(type: ScalarType, end: number): ScalarValue[] {
    const values: ScalarValue[] = [];
    if (this.at === end) return values;
    this.expectElementTag();
    if (this.readVarint32() !== end - this.at)
      throw damaged("a packed list of another length than its wrapper");
    while (this.at < end) values.push(this.readScalar(type));
    return values;
  }

  private expectElementTag(): void {
    if (this.bytes[this.at++] !== elementTag) throw damaged("a list with something else than its elements");
  }

  private readString(): string {
    const length = this.readVarint32();
    const start = this.take(length);
    const ascii = length <= asciiBytesMax ? this.readAscii(start, length) : undefined;
    if (ascii !== undefined) return ascii;
    try {
      return utf8.decode(this.bytes.subarray(start, start + length));
    } catch (cause) {
      throw damaged("text that is not UTF-8", cause);
    }
  }

  private readAscii(start: number, length: number): string | undefined {
    let text = "";
    for (let i = start; i < start + length; i++) {
      const byte = this.bytes[i]!;
      if (byte > 0x7f) return undefined;
      text += String.fromCharCode(byte);
    }
    return text;
  }

  private readVarint32(): number {
    this.readWords();
    if (words.getUint32(0) !== 0) throw damaged("a number that is too great");
    return words.getUint32(4);
  }

  /** Reads a varint of up to 64 bits into `words`. */
  private readWords(): void {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw damaged("a number that is cut off");
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        words.setUint32(0, high);
        words.setUint32(4, low);
        return;
      }
    }
    throw damaged("a number of more than 64 bits");
  }

  /** Moves on over `length` bytes and returns where they begin. */
  private take(length: number): number {
    const start = this.at;
    if (length > this.bytes.length - start) throw damaged("a value that is cut off");
    this.at = start + length;
    return start;
  }

  private skip(tag: number): void {
    const wireType = tag & 7;
    if (tag < 8) throw damaged("field number 0");
    if (wireType === wireTypes.varint) this.readWords();
    else if (wireType === wireTypes.fixed64) this.take(8);
    else if (wireType === wireTypes.lengthDelimited) this.take(this.readVarint32());
    else if (wireType === wireTypes.fixed32) this.take(4);
    else throw damaged(`wire type ${wireType}`);
  }
}

function damaged(problem: string, cause?: unknown): FeatureStoreError {
  return new FeatureStoreError("DATA_LOSS", `Cannot decode a row: it has ${problem}`, {
    hint: "Rebuild the store that holds it from the log.",
    cause,
  });
}
