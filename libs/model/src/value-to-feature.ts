import type { Value } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { normalizeFeatureValue, type FeatureType, type FeatureValue, type RowField } from "@timewell/row";
import type { ValueCase } from "./value-case.ts";

/** What a value is converted for. */
export interface NamedField extends Pick<RowField, "type" | "dimension"> {
  readonly name: string;
}

/** Cases that a value of each type may come in, the exact one first; others must fit. */
const allowedCases: Readonly<Record<FeatureType, readonly ValueCase[]>> = {
  BOOL: ["boolValue"],
  INT32: ["int32Value", "int64Value"],
  INT64: ["int64Value", "int32Value"],
  FLOAT: ["floatValue", "doubleValue"],
  DOUBLE: ["doubleValue", "floatValue"],
  STRING: ["stringValue"],
  BYTES: ["bytesValue"],
  TIMESTAMP: ["timestampUsValue"],
  BOOL_LIST: ["boolListValue"],
  INT32_LIST: ["int32ListValue", "int64ListValue"],
  INT64_LIST: ["int64ListValue", "int32ListValue"],
  FLOAT_LIST: ["floatListValue", "doubleListValue"],
  DOUBLE_LIST: ["doubleListValue", "floatListValue"],
  STRING_LIST: ["stringListValue"],
  BYTES_LIST: ["bytesListValue"],
  TIMESTAMP_LIST: ["timestampUsListValue"],
  FLOAT_VECTOR: ["floatListValue", "doubleListValue"],
};

/**
 * Turns a value of the contract into the value in memory of a feature; absent and unset are NULL. Integers may come in
 * either width where they are in range, and numbers as FLOAT or DOUBLE, rounded where the feature is FLOAT.
 *
 * `where` is the dotted path of the value in the request. Throws INVALID_VALUE with it as the field.
 */
export function valueToFeature(value: Value | undefined, field: NamedField, where: string): FeatureValue {
  const kind = value?.kind;
  if (kind === undefined || kind.case === undefined) return null;
  const allowed = allowedCases[field.type];
  if (!allowed.includes(kind.case)) {
    const problem = `Cannot use ${where} for feature ${field.name}: got ${kind.case}, expected ${allowed[0]} for ${field.type}`;
    throw new FeatureStoreError("INVALID_VALUE", problem, {
      field: where,
      hint: "Send a value of that type.",
    });
  }
  const raw: unknown = isList(kind.value) ? kind.value.v : kind.value;
  return normalizeFeatureValue({ number: 0, type: field.type, dimension: field.dimension }, raw, where);
}

function isList(value: unknown): value is { readonly v: readonly unknown[] } {
  return typeof value === "object" && value !== null && "v" in value;
}
