import { isUtf8 } from "node:buffer";

import { FeatureStoreError } from "@timewell/errors";

/** A number that a double may not hold. */
const longNumber = /\d{16}/;
/** Digits and sign of the longest integer of 64 bits. */
const integerText = /^-?\d{1,19}$/;

/**
 * Parses JSON; integers beyond ±(2^53 − 1) that may fit in 64 bits are bigint, so that they keep their value. INVALID_REQUEST
 * where the bytes are no JSON.
 */
export function parseJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw invalid("it is not UTF-8");
  const text = bytes.toString();
  try {
    return longNumber.test(text) ? (JSON.parse(text, keepInteger) as unknown) : JSON.parse(text);
  } catch (cause) {
    const isDeep = cause instanceof RangeError;
    throw invalid(isDeep ? "it is nested too deeply" : "it is not JSON", cause);
  }
}

function keepInteger(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? "";
  return integerText.test(source) ? BigInt(source) : value;
}

function invalid(problem: string, cause?: unknown): FeatureStoreError {
  return new FeatureStoreError("INVALID_REQUEST", `Cannot read the request: ${problem}`, {
    hint: 'Send a JSON object like {"features": ["view:feature"], "entities": {"key": [1, 2]}}.',
    cause,
  });
}
