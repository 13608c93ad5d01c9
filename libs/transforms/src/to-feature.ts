import {
  elementType,
  listElementsMax,
  type FeatureType,
  type FeatureValue,
  type ScalarType,
  type ScalarValue,
} from "@timewell/row";
import { resultBytesMax } from "./limits.ts";
import { failed, type Content, type Value } from "./value.ts";

/** What a result is declared as. */
export interface ResultType {
  readonly type: FeatureType;
  /** Elements of a FLOAT_VECTOR; 0 for other types. */
  readonly dimension: number;
}

/**
 * Makes the function that turns the result of an expression into the value of its feature, where it fits: integers into
 * their width, doubles rounded to FLOAT, lists without NULL, and nothing longer than a stored row may be.
 */
export function toFeature({ type, dimension }: ResultType): (value: Content) => FeatureValue | typeof failed {
  const scalar = elementType(type);
  const convert = converters[scalar] as (value: Content) => ScalarValue | typeof failed;
  if (scalar === type) {
    if (scalar !== "STRING" && scalar !== "BYTES") return convert;
    return (value) => (bytesOf(value as string | Uint8Array) <= resultBytesMax ? convert(value) : failed);
  }
  return (value) => {
    const values = value as readonly Value[];
    if (type === "FLOAT_VECTOR" ? values.length !== dimension : values.length > listElementsMax)
      return failed;
    const converted: ScalarValue[] = [];
    let bytes = 0;
    for (const element of values) {
      const result = element === null ? failed : convert(element);
      if (result === failed) return failed;
      bytes += bytesOf(result);
      if (bytes > resultBytesMax) return failed;
      converted.push(result);
    }
    return converted;
  };
}

/** Bytes that a value takes in a message, in the worst case of its type. */
function bytesOf(value: ScalarValue): number {
  if (typeof value === "string") return Buffer.byteLength(value) + 4;
  if (typeof value === "object") return value.length + 4;
  return typeof value === "boolean" ? 1 : typeof value === "number" ? 8 : 10;
}

const converters: Readonly<Record<ScalarType, (value: never) => ScalarValue | typeof failed>> = {
  BOOL: same,
  INT32(value: bigint) {
    const number = Number(value);
    return (number | 0) === number ? number : failed;
  },
  INT64: same,
  FLOAT(value: number) {
    const rounded = Math.fround(value);
    return Number.isFinite(value) && !Number.isFinite(rounded) ? failed : canonical(rounded);
  },
  DOUBLE: canonical,
  STRING: same,
  BYTES: same,
  TIMESTAMP: same,
};

/** NaN in its one form, whatever computed it. */
function canonical(value: number): number {
  return value === value ? value : NaN;
}

function same(value: never): never {
  return value;
}
