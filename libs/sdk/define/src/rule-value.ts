import { create } from "@bufbuild/protobuf";
import { ValueSchema, ValueType, type Value } from "@timewell/contracts";
import type { RuleValue } from "./constraint.ts";
import { invalidDefinition } from "./invalid-definition.ts";

type Kind = Value["kind"];

/** A value of a rule in the type of its field. INVALID_DEFINITION where it does not fit, and for lists and vectors. */
export function ruleValue(value: RuleValue, type: ValueType, path: string): Value {
  const convert = converters.get(type);
  const kind = convert?.of(value);
  if (kind !== undefined) return create(ValueSchema, { kind });
  throw invalidDefinition(path, value, convert?.expected ?? "a field that is no list or vector");
}

const converters = new Map<ValueType, { expected: string; of: (value: RuleValue) => Kind | undefined }>([
  [
    ValueType.BOOL,
    {
      expected: "true or false",
      of: (value) => (typeof value === "boolean" ? { case: "boolValue", value } : undefined),
    },
  ],
  [
    ValueType.INT32,
    {
      expected: "a whole number of 32 bits",
      of: (value) =>
        typeof value !== "bigint" && typeof value !== "number"
          ? undefined
          : (Number(value) | 0) === Number(value)
            ? { case: "int32Value", value: Number(value) }
            : undefined,
    },
  ],
  [ValueType.INT64, { expected: "a whole number of 64 bits", of: (value) => int64(value, "int64Value") }],
  [
    ValueType.FLOAT,
    {
      expected: "a number",
      of: (value) => (typeof value === "number" ? { case: "floatValue", value } : undefined),
    },
  ],
  [
    ValueType.DOUBLE,
    {
      expected: "a number",
      of: (value) => (typeof value === "number" ? { case: "doubleValue", value } : undefined),
    },
  ],
  [
    ValueType.STRING,
    {
      expected: "text",
      of: (value) => (typeof value === "string" ? { case: "stringValue", value } : undefined),
    },
  ],
  [
    ValueType.BYTES,
    {
      expected: "bytes",
      of: (value) =>
        value instanceof Uint8Array ? { case: "bytesValue", value: Uint8Array.from(value) } : undefined,
    },
  ],
  [
    ValueType.TIMESTAMP,
    {
      expected: "a Date, or microseconds since 1970 as bigint",
      of: (value) => {
        if (!(value instanceof Date)) return int64(value, "timestampUsValue");
        const ms = value.getTime();
        return Number.isNaN(ms) ? undefined : { case: "timestampUsValue", value: BigInt(ms) * 1_000n };
      },
    },
  ],
]);

function int64(value: RuleValue, name: "int64Value" | "timestampUsValue"): Kind | undefined {
  if (typeof value !== "bigint" && !Number.isSafeInteger(value)) return undefined;
  const whole = BigInt(value as number | bigint);
  return BigInt.asIntN(64, whole) === whole ? { case: name, value: whole } : undefined;
}
