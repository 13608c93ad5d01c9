import { create } from "@bufbuild/protobuf";
import { ValueSchema, type Value } from "@timewell/contracts";
import type { FeatureType, FeatureValue } from "@timewell/row";
import type { ValueCase } from "./value-case.ts";

const cases: Readonly<Record<FeatureType, ValueCase>> = {
  BOOL: "boolValue",
  INT32: "int32Value",
  INT64: "int64Value",
  FLOAT: "floatValue",
  DOUBLE: "doubleValue",
  STRING: "stringValue",
  BYTES: "bytesValue",
  TIMESTAMP: "timestampUsValue",
  BOOL_LIST: "boolListValue",
  INT32_LIST: "int32ListValue",
  INT64_LIST: "int64ListValue",
  FLOAT_LIST: "floatListValue",
  DOUBLE_LIST: "doubleListValue",
  STRING_LIST: "stringListValue",
  BYTES_LIST: "bytesListValue",
  TIMESTAMP_LIST: "timestampUsListValue",
  FLOAT_VECTOR: "floatListValue",
};

/** Turns a value in memory, normalized to its type, into a value of the contract; NULL has no kind. */
export function featureToValue(type: FeatureType, value: FeatureValue): Value {
  if (value === null) return create(ValueSchema);
  const content: unknown = Array.isArray(value) ? { v: [...value] } : value;
  return create(ValueSchema, { kind: { case: cases[type], value: content } as Value["kind"] });
}
