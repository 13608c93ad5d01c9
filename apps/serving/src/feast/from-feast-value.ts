import type { feastTypes } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { NamedField } from "@timewell/model";
import type { FeatureType } from "@timewell/row";

type Case = Exclude<feastTypes.Value["val"]["case"], undefined>;

/** Cases that a value of each type may come in, the exact one first; others must fit. */
const allowedCases: Readonly<Record<FeatureType, readonly Case[]>> = {
  BOOL: ["boolVal"],
  INT32: ["int32Val", "int64Val"],
  INT64: ["int64Val", "int32Val"],
  FLOAT: ["floatVal", "doubleVal"],
  DOUBLE: ["doubleVal", "floatVal"],
  STRING: ["stringVal"],
  BYTES: ["bytesVal"],
  TIMESTAMP: ["unixTimestampVal"],
  BOOL_LIST: ["boolListVal"],
  INT32_LIST: ["int32ListVal", "int64ListVal"],
  INT64_LIST: ["int64ListVal", "int32ListVal"],
  FLOAT_LIST: ["floatListVal", "doubleListVal"],
  DOUBLE_LIST: ["doubleListVal", "floatListVal"],
  STRING_LIST: ["stringListVal"],
  BYTES_LIST: ["bytesListVal"],
  TIMESTAMP_LIST: ["unixTimestampListVal"],
  FLOAT_VECTOR: ["floatListVal", "doubleListVal"],
};

/** What is in a Value: NULL, a single value or a list, times as µs. INVALID_REQUEST where it is of another type than the field. */
export function fromFeastValue(
  { type, name }: NamedField,
  { val }: feastTypes.Value,
  where: string,
): unknown {
  if (val.case === undefined || val.case === "nullVal") return null;
  const allowed = allowedCases[type];
  if (!allowed.includes(val.case))
    throw new FeatureStoreError(
      "INVALID_REQUEST",
      `Cannot use ${where}: got ${snake(val.case)}, expected ${snake(allowed[0]!)}`,
      { field: where, hint: `Send ${name} as ${type}.` },
    );
  const content: unknown = isList(val.value) ? val.value.val : val.value;
  if (type === "TIMESTAMP") return toUs(content as bigint);
  return type === "TIMESTAMP_LIST" ? (content as bigint[]).map(toUs) : content;
}

function toUs(seconds: bigint): bigint {
  return seconds * 1_000_000n;
}

function isList(value: unknown): value is { readonly val: readonly unknown[] } {
  return typeof value === "object" && value !== null && "val" in value;
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
