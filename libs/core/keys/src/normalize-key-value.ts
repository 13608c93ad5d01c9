import { FeatureStoreError, showValue } from "@timewell/errors";
import type { KeyType, KeyValue } from "./key-type.ts";
import { keyValueProblem } from "./key-value-problem.ts";

/**
 * Turns a caller's value into the one value of its key type.
 *
 * Integers may come as bigint or as a whole number within ±(2^53 − 1); a TIMESTAMP, µs UTC, also as a Date. Nothing
 * else is converted. Throws INVALID_KEY with `name` as the field.
 */
export function normalizeKeyValue(type: KeyType, value: unknown, name: string): KeyValue {
  const normalized = widen(type, value);
  const expected = keyValueProblem(type, normalized);
  if (expected === undefined) return normalized as KeyValue;
  const problem = `Cannot encode key ${name}: got ${showValue(value)}, expected ${expected}`;
  throw new FeatureStoreError("INVALID_KEY", problem, { field: name, hint: hints[type] });
}

function widen(type: KeyType, value: unknown): unknown {
  if (type !== "INT32" && type !== "INT64" && type !== "TIMESTAMP") return value;
  if (Number.isSafeInteger(value)) return BigInt(value as number);
  if (type === "TIMESTAMP" && value instanceof Date && !Number.isNaN(value.getTime())) {
    return BigInt(value.getTime()) * 1000n;
  }
  return value;
}

const hints: Record<KeyType, string> = {
  BOOL: "Send true or false.",
  INT32: "Send a whole number of 32 bits.",
  INT64: "Send a whole number, above 2^53 as a 64-bit integer.",
  STRING: "Send well-formed Unicode text.",
  BYTES: "Send bytes.",
  TIMESTAMP: "Send whole microseconds since 1970, UTC.",
};
