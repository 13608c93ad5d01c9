import { isUtf8 } from "node:buffer";

import { FeatureStoreError, showValue } from "@timewell/errors";

import type { ReadPath, ValueReader } from "./value-reader.ts";

const hint = "Send one JSON object in each record";

/** Reads JSON objects. */
export const jsonReader: ValueReader = { parse, path: compilePath, isTime: () => false, hasTextBytes: true };

function parse(value: Buffer): object {
  if (!isUtf8(value)) throw invalid("the value is no UTF-8, expected a JSON object", hint);
  const parsed = parseText(value.toString("utf8"));
  if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed;
  throw invalid(`the value is ${shown(parsed)}, expected a JSON object`, hint);
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(`the value is no JSON: ${(error as Error).message}`, hint, error);
  }
}

function compilePath(path: string): ReadPath {
  const [first = "", ...rest] = path.split(".");
  if (rest.length === 0) return (parsed) => memberOf(parsed, first);
  return (parsed) => {
    let value = memberOf(parsed, first);
    for (const name of rest) {
      if (value === undefined || value === null) return undefined;
      if (typeof value !== "object" || Array.isArray(value))
        throw invalid(`on the way to ${path} there is ${shown(value)}, expected an object`, hint);
      value = memberOf(value, name);
    }
    return value;
  };
}

/** Members of every JavaScript object are not in the value. */
function memberOf(object: object, name: string): unknown {
  return Object.hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined;
}

function shown(value: unknown): string {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? "an object"
    : showValue(value);
}

function invalid(problem: string, mend: string, cause?: unknown): FeatureStoreError {
  return new FeatureStoreError("INVALID_VALUE", `Cannot read the record: ${problem}`, {
    field: "value",
    hint: mend,
    cause,
  });
}
