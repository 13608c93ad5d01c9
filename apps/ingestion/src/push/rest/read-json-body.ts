import { isUtf8 } from "node:buffer";

import { FeatureStoreError } from "@timewell/errors";
import { type PlainRequest, readPlainBody } from "@timewell/service";

/**
 * Reads the JSON object of a request; whole numbers beyond ±(2^53 − 1) are bigint. LIMIT_EXCEEDED over 4 MiB, INVALID_REQUEST where it is
 * no JSON object or comes compressed.
 */
export async function readJsonBody(request: PlainRequest): Promise<Record<string, unknown>> {
  return parse(await readPlainBody(request));
}

const example = 'Send a JSON object like {"project": "shop", "feature_view": "user_daily", "rows": […]}.';

function parse(bytes: Buffer): Record<string, unknown> {
  if (!isUtf8(bytes)) throw invalid("it is not UTF-8", example);
  let parsed: unknown;
  try {
    parsed = JSON.parse(bytes.toString(), keepInteger);
  } catch (cause) {
    throw invalid(cause instanceof RangeError ? "it is nested too deeply" : "it is not JSON", example, cause);
  }
  if (isObject(parsed)) return parsed;
  throw invalid("it is no JSON object", example);
}

/** True for a JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function keepInteger(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? "";
  return /^-?\d{1,19}$/.test(source) ? BigInt(source) : value;
}

function invalid(problem: string, hint: string, cause?: unknown): FeatureStoreError {
  return new FeatureStoreError("INVALID_REQUEST", `Cannot read the request: ${problem}`, { hint, cause });
}
