import { type DescMessage, fromBinary } from "@bufbuild/protobuf";
import {
  BoolListSchema,
  BytesListSchema,
  DoubleListSchema,
  FloatListSchema,
  Int32ListSchema,
  Int64ListSchema,
  StringListSchema,
  TimestampListSchema,
} from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { NamedField } from "@timewell/model";
import {
  type FeatureType,
  type FeatureValue,
  normalizeFeatureValue,
  type ScalarType,
  wireTypeOf,
  wireTypes,
  type WireReader,
} from "@timewell/row";

/** A key or request data that is read as a value. */
export interface RequestInput extends NamedField {
  /** Field number in the entity row. */
  readonly number: number;
}

const listSchemas: Readonly<Record<Exclude<FeatureType, ScalarType>, DescMessage>> = {
  BOOL_LIST: BoolListSchema,
  INT32_LIST: Int32ListSchema,
  INT64_LIST: Int64ListSchema,
  FLOAT_LIST: FloatListSchema,
  DOUBLE_LIST: DoubleListSchema,
  STRING_LIST: StringListSchema,
  BYTES_LIST: BytesListSchema,
  TIMESTAMP_LIST: TimestampListSchema,
  FLOAT_VECTOR: FloatListSchema,
};

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads keys and request data of entity rows as values. */
export class RequestInputs {
  readonly #inputs: readonly RequestInput[];
  readonly #slotOf: ReadonlyMap<number, number>;

  constructor(inputs: readonly RequestInput[]) {
    this.#inputs = inputs;
    this.#slotOf = new Map(inputs.map(({ number }, slot) => [number, slot]));
  }

  /**
   * Reads the entity row from where the reader stands to `end`: one value for each input, NULL where it is absent.
   * INVALID_REQUEST naming row and name for a wrong one.
   */
  read(reader: WireReader, end: number, row: number): FeatureValue[] {
    const raw = new Array<unknown>(this.#inputs.length).fill(null);
    const requestEnd = reader.end;
    reader.end = end;
    while (reader.at < end) {
      const tag = reader.tag();
      const slot = this.#slotOf.get(tag >>> 3);
      if (slot === undefined) {
        reader.skip(tag & 7);
        continue;
      }
      const input = this.#inputs[slot]!;
      if ((tag & 7) !== wireTypeOf(input.type)) {
        throw invalid(input, row, `it is not written as ${input.type}`);
      }
      raw[slot] = this.#value(reader, input, row, raw[slot]);
    }
    reader.end = requestEnd;
    return raw.map((value, slot) => this.#normalize(this.#inputs[slot]!, value, row));
  }

  #value(reader: WireReader, input: RequestInput, row: number, before: unknown): unknown {
    const { type } = input;
    const start = reader.at;
    if (type === "FLOAT" || type === "DOUBLE") {
      reader.skip(wireTypeOf(type));
      const { bytes } = reader;
      const view = new DataView(bytes.buffer, bytes.byteOffset + start);
      return type === "FLOAT" ? view.getFloat32(0, true) : view.getFloat64(0, true);
    }
    if (wireTypeOf(type) === wireTypes.varint) {
      reader.varint();
      if (type === "BOOL") return reader.low !== 0 || reader.high !== 0;
      if (type === "INT32") return reader.low | 0;
      return BigInt.asIntN(64, (BigInt(reader.high) << 32n) | BigInt(reader.low));
    }
    const end = reader.partEnd();
    const part = reader.bytes.subarray(reader.at, end);
    reader.at = end;
    if (type === "BYTES") return new Uint8Array(part);
    try {
      if (type === "STRING") return utf8.decode(part);
      // Parts of one message that comes in pieces belong together.
      const list = fromBinary(listSchemas[type as keyof typeof listSchemas], part) as unknown as {
        readonly v: readonly unknown[];
      };
      if (!Array.isArray(before)) return list.v;
      // Not a new list for each part: a request may have millions of them.
      for (const element of list.v) before.push(element);
      return before;
    } catch (cause) {
      throw invalid(input, row, `it is not written as ${type}`, cause);
    }
  }

  #normalize(input: RequestInput, value: unknown, row: number): FeatureValue {
    if (value === null) return null;
    try {
      return normalizeFeatureValue(input, value, input.name);
    } catch (cause) {
      const { message } = FeatureStoreError.from(cause);
      throw invalid(input, row, message.slice(message.indexOf(": ") + 2).replace(/\. .*$/, ""), cause);
    }
  }
}

function invalid(
  { name, type }: RequestInput,
  row: number,
  problem: string,
  cause?: unknown,
): FeatureStoreError {
  const field = `rows[${row}].${name}`;
  const hint = `Send ${name} as ${type}.`;
  return new FeatureStoreError("INVALID_REQUEST", `Cannot use ${field}: ${problem}`, { field, hint, cause });
}
