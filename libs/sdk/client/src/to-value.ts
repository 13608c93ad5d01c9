import { create } from "@bufbuild/protobuf";
import { ValueSchema, ValueType, type Value } from "@timewell/contracts";
import { FeatureStoreError, showValue } from "@timewell/errors";
import { instantUs } from "./instant.ts";

/** What a caller may pass for a key or a feature. A whole number is an INT64, any other number a DOUBLE, unless the type is known. */
export type PlainValue =
  | null
  | undefined
  | boolean
  | number
  | bigint
  | string
  | Date
  | Uint8Array
  | readonly PlainElement[]
  | Float32Array
  | Float64Array
  | Value;

/** An element of a list. */
export type PlainElement = boolean | number | bigint | string | Date | Uint8Array;

type Kind = Value["kind"];

/**
 * Turns a plain value into one of the contract. `type` decides what a number, or an empty list, is; without it the value itself
 * does. INVALID_VALUE where there is nothing to send it as.
 */
export function toValue(plain: PlainValue, name: string, type?: ValueType): Value {
  if (isMessage(plain)) return plain;
  const kind = kindOf(plain, name, type);
  return create(ValueSchema, kind === undefined ? {} : { kind });
}

function kindOf(
  plain: Exclude<PlainValue, Value>,
  name: string,
  type: ValueType | undefined,
): Kind | undefined {
  if (plain === null || plain === undefined) return undefined;
  if (isList(plain)) return listKind([...plain], name, type ?? listTypeOf(plain));
  if (typeof plain === "boolean") return { case: "boolValue", value: plain };
  if (typeof plain === "string") return { case: "stringValue", value: plain };
  if (typeof plain === "bigint" || typeof plain === "number") return numberKind(plain, type);
  if (plain instanceof Date) return { case: "timestampUsValue", value: instantUs(plain, name) };
  if (plain instanceof Uint8Array) return { case: "bytesValue", value: plain };
  throw wrong(name, plain);
}

function numberKind(plain: bigint | number, type: ValueType | undefined): Kind {
  if (type === ValueType.DOUBLE) return { case: "doubleValue", value: Number(plain) };
  if (type === ValueType.FLOAT) return { case: "floatValue", value: Number(plain) };
  if (!isWhole(plain)) return { case: "doubleValue", value: Number(plain) };
  if (type === ValueType.TIMESTAMP) return { case: "timestampUsValue", value: BigInt(plain) };
  return { case: "int64Value", value: BigInt(plain) };
}

/** Of an untyped list, the first element decides, and for numbers all of them. */
function listTypeOf(list: Iterable<PlainElement>): ValueType | undefined {
  if (list instanceof Float32Array) return ValueType.FLOAT_LIST;
  if (list instanceof Float64Array) return ValueType.DOUBLE_LIST;
  const elements = [...list];
  const first = elements[0];
  if (typeof first === "boolean") return ValueType.BOOL_LIST;
  if (typeof first === "string") return ValueType.STRING_LIST;
  if (first instanceof Date) return ValueType.TIMESTAMP_LIST;
  if (first instanceof Uint8Array) return ValueType.BYTES_LIST;
  return elements.length === 0
    ? undefined
    : elements.every(isWhole)
      ? ValueType.INT64_LIST
      : ValueType.DOUBLE_LIST;
}

function listKind(v: readonly PlainElement[], name: string, type: ValueType | undefined): Kind {
  switch (type) {
    case ValueType.BOOL_LIST:
      return { case: "boolListValue", value: list("BoolList", v, "boolean", name) };
    case ValueType.STRING_LIST:
      return { case: "stringListValue", value: list("StringList", v, "string", name) };
    case ValueType.BYTES_LIST:
      return { case: "bytesListValue", value: list("BytesList", v, "object", name) };
    case ValueType.TIMESTAMP_LIST: {
      const times = v.map((element) => (element instanceof Date ? instantUs(element, name) : element));
      return { case: "timestampUsListValue", value: list("TimestampList", times, "bigint", name) };
    }
    case ValueType.INT32_LIST:
    case ValueType.INT64_LIST: {
      const whole = v.map((element) => (isWhole(element) ? BigInt(element) : element));
      return { case: "int64ListValue", value: list("Int64List", whole, "bigint", name) };
    }
    case ValueType.DOUBLE_LIST: {
      const numbers = v.map((element) => (typeof element === "bigint" ? Number(element) : element));
      return { case: "doubleListValue", value: list("DoubleList", numbers, "number", name) };
    }
    case ValueType.FLOAT_LIST:
    case ValueType.FLOAT_VECTOR:
      return { case: "floatListValue", value: list("FloatList", v, "number", name) };
    default:
      throw new FeatureStoreError(
        "INVALID_VALUE",
        `Cannot send ${name}: got an empty list whose type is not known`,
        {
          field: name,
          hint: "Give the client a registryUrl, so that it knows the types, or send a Value.",
        },
      );
  }
}

/** A list message; every element must be of one JavaScript type. */
function list<T>(message: string, v: readonly unknown[], expected: string, name: string): T {
  const bad = v.findIndex((element) => typeof element !== expected);
  if (bad >= 0) throw wrong(`${name}[${bad}]`, v[bad]);
  return { $typeName: `timewell.types.v1.${message}`, v } as T;
}

function isWhole(value: unknown): value is bigint | number {
  return typeof value === "bigint" || Number.isSafeInteger(value);
}

function isList(plain: unknown): plain is readonly PlainElement[] {
  return Array.isArray(plain) || plain instanceof Float32Array || plain instanceof Float64Array;
}

function isMessage(plain: PlainValue): plain is Value {
  return typeof plain === "object" && plain !== null && "$typeName" in plain;
}

function wrong(name: string, plain: unknown): FeatureStoreError {
  return new FeatureStoreError(
    "INVALID_VALUE",
    `Cannot send ${name}: got ${showValue(plain)}, expected a value of one type`,
    {
      field: name,
      hint: "Send a boolean, number, bigint, string, Date, bytes, or a list of one of them; null for NULL.",
    },
  );
}
