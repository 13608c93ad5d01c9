import { FeatureStoreError, showValue } from "@timewell/errors";
import { isTime, timeRangeText } from "@timewell/ttl";
import type { FeatureValue, RowField, ScalarType, ScalarValue } from "./feature-type.ts";
import { elementType, isListType } from "./wire.ts";

/** Most elements of a list or vector. */
export const listElementsMax = 65_536;

/**
 * Turns a caller's value into the one value that a field has in memory.
 *
 * null and undefined are NULL. Whole numbers within ±(2^53 − 1) may come as number or bigint, a TIMESTAMP also as a Date;
 * FLOAT is rounded to 32 bits, and refused where that would make it infinite; lists may come as arrays or typed
 * arrays. Nothing else is converted. Throws INVALID_VALUE with `name`, and the element's index, as the field.
 */
export function normalizeFeatureValue(field: RowField, value: unknown, name: string): FeatureValue {
  if (value === null || value === undefined) return null;
  const type = elementType(field.type);
  return isListType(field.type)
    ? normalizeList(field, type, value, name)
    : normalizeScalar(type, value, name);
}

function normalizeList(field: RowField, type: ScalarType, value: unknown, name: string): ScalarValue[] {
  if (!isListLike(value)) throw invalid(name, value, `a list of ${type}`, "Send a list.");
  if (field.type === "FLOAT_VECTOR" && value.length !== field.dimension) {
    throw invalid(
      name,
      `${value.length} elements`,
      `${field.dimension} elements`,
      "Send a vector of the declared dimension.",
    );
  }
  if (value.length > listElementsMax) {
    throw invalid(name, `${value.length} elements`, `at most ${listElementsMax}`, "Send a shorter list.");
  }
  return Array.from(value, (element, i) => {
    const elementName = `${name}[${i}]`;
    if (element === null || element === undefined) {
      throw invalid(elementName, element, type, "Leave NULL elements out, or send NULL for the whole list.");
    }
    return normalizeScalar(type, element, elementName);
  });
}

function isListLike(value: unknown): value is ArrayLike<unknown> {
  return (
    Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof Uint8Array) && "length" in value)
  );
}

function normalizeScalar(type: ScalarType, value: unknown, name: string): ScalarValue {
  const normalized = convert(type, value);
  if (normalized !== undefined) return normalized;
  throw invalid(name, value, expectations[type], hints[type]);
}

/** The value in memory; undefined where it cannot be one of the type. */
function convert(type: ScalarType, value: unknown): ScalarValue | undefined {
  switch (type) {
    case "BOOL":
      return typeof value === "boolean" ? value : undefined;
    case "INT32": {
      const number = typeof value === "bigint" ? Number(value) : value;
      // `+ 0` turns −0, which an integer does not have, into 0.
      return typeof number === "number" && (number | 0) === number ? number + 0 : undefined;
    }
    case "INT64":
      return toInt64(value);
    case "TIMESTAMP":
      return toTime(value);
    case "FLOAT": {
      if (typeof value !== "number") return undefined;
      const rounded = Math.fround(value);
      return Number.isFinite(value) && !Number.isFinite(rounded) ? undefined : rounded;
    }
    case "DOUBLE":
      return typeof value === "number" ? value : undefined;
    case "STRING":
      return typeof value === "string" && value.isWellFormed() ? value : undefined;
    case "BYTES":
      return value instanceof Uint8Array ? value : undefined;
  }
}

function toInt64(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return BigInt.asIntN(64, value) === value ? value : undefined;
  return Number.isSafeInteger(value) ? BigInt(value as number) : undefined;
}

function toTime(value: unknown): bigint | undefined {
  const whole = toInt64(value instanceof Date ? value.getTime() : value);
  if (whole === undefined) return undefined;
  const us = value instanceof Date ? whole * 1000n : whole;
  return isTime(us) ? us : undefined;
}

const expectations: Record<ScalarType, string> = {
  BOOL: "true or false for BOOL",
  INT32: `a whole number ${-(2 ** 31)} … ${2 ** 31 - 1} for INT32`,
  INT64: "a whole number of 64 bits for INT64",
  FLOAT: "a number in the range of FLOAT",
  DOUBLE: "a number for DOUBLE",
  STRING: "text without lone surrogates for STRING",
  BYTES: "bytes for BYTES",
  TIMESTAMP: `whole microseconds since 1970, UTC, of ${timeRangeText} for TIMESTAMP`,
};

const hints: Record<ScalarType, string> = {
  BOOL: "Send true or false.",
  INT32: "Send a smaller whole number, or declare the feature as INT64 or DOUBLE.",
  INT64: "Send a whole number, above 2^53 as a 64-bit integer.",
  FLOAT: "Send a smaller number, or declare the feature as DOUBLE.",
  DOUBLE: "Send a number.",
  STRING: "Send well-formed Unicode text.",
  BYTES: "Send bytes.",
  TIMESTAMP: "Send microseconds since 1970 as a whole number.",
};

function invalid(name: string, value: unknown, expected: string, hint: string): FeatureStoreError {
  const got = typeof value === "string" && expected.includes("elements") ? value : showValue(value);
  return new FeatureStoreError(
    "INVALID_VALUE",
    `Cannot store feature ${name}: got ${got}, expected ${expected}`,
    {
      field: name,
      hint,
    },
  );
}
