import type { Value } from "@timewell/contracts";
import type { FeatureType, FeatureValue } from "@timewell/row";

type ValueCase = Exclude<Value["kind"]["case"], undefined>;

const types: Readonly<Record<ValueCase, FeatureType>> = {
  boolValue: "BOOL",
  int32Value: "INT32",
  int64Value: "INT64",
  floatValue: "FLOAT",
  doubleValue: "DOUBLE",
  stringValue: "STRING",
  bytesValue: "BYTES",
  timestampUsValue: "TIMESTAMP",
  boolListValue: "BOOL_LIST",
  int32ListValue: "INT32_LIST",
  int64ListValue: "INT64_LIST",
  floatListValue: "FLOAT_LIST",
  doubleListValue: "DOUBLE_LIST",
  stringListValue: "STRING_LIST",
  bytesListValue: "BYTES_LIST",
  timestampUsListValue: "TIMESTAMP_LIST",
};

/** A value of an answer and its type, as the message itself tells it; NULL has none, and counts as STRING. */
export function answerValue(value: Value | undefined): {
  readonly value: FeatureValue;
  readonly type: FeatureType;
} {
  const kind = value?.kind;
  if (kind === undefined || kind.case === undefined) return { value: null, type: "STRING" };
  const plain = typeof kind.value === "object" && "v" in kind.value ? kind.value.v : kind.value;
  return { value: plain, type: types[kind.case] };
}
