import { FeatureStoreError, showValue } from "@timewell/errors";
import { elementType, normalizeFeatureValue, type FeatureType, type FeatureValue } from "@timewell/row";
import { parseTime } from "./times.ts";

/** What a value is read for. */
export interface ValueField {
  readonly name: string;
  readonly type: FeatureType;
  /** Elements of a FLOAT_VECTOR; 0 for other types. */
  readonly dimension?: number;
}

/** Reads a value as it is typed: lists as JSON, bytes as base64, times as `parseTime` takes them. INVALID_VALUE names the flag. */
export function valueFromText(text: string, field: ValueField, nowUs: bigint, where: string): FeatureValue {
  if (!field.type.includes("_")) return valueFromJson(fromText(text, field.type), field, nowUs, where);
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (cause) {
    throw invalid(text, field, where, 'Write a list as JSON, for example "[1, 2, 3]".', cause);
  }
  return valueFromJson(list, field, nowUs, where);
}

/** Reads a value out of JSON: 64-bit integers may be strings, bytes are base64, null is NULL. */
export function valueFromJson(json: unknown, field: ValueField, nowUs: bigint, where: string): FeatureValue {
  if (json === null || json === undefined) return null;
  const element = elementType(field.type);
  const convert = (part: unknown): unknown => scalarFromJson(part, element, nowUs, where);
  const raw = Array.isArray(json) && element !== field.type ? json.map(convert) : convert(json);
  const { type, dimension = 0 } = field;
  return normalizeFeatureValue({ number: 0, type, dimension }, raw, where);
}

function fromText(text: string, type: FeatureType): unknown {
  if (type === "BOOL") return { true: true, false: false }[text.toLowerCase()] ?? text;
  const isNumber = type === "FLOAT" || type === "DOUBLE" || type === "INT32";
  const number = Number(text);
  if (isNumber && text.trim() !== "" && (!Number.isNaN(number) || text === "NaN")) return number;
  return text;
}

function scalarFromJson(part: unknown, type: FeatureType, nowUs: bigint, where: string): unknown {
  if (type === "TIMESTAMP") {
    if (typeof part === "string") return parseTime(part, nowUs, where);
    return typeof part === "number" && Number.isSafeInteger(part)
      ? parseTime(String(part), nowUs, where)
      : part;
  }
  if (type === "INT64" && typeof part === "string" && /^-?\d{1,20}$/.test(part)) return BigInt(part);
  if (type === "INT64" && typeof part === "number" && Number.isInteger(part) && !Number.isSafeInteger(part)) {
    throw invalid(part, { name: where, type }, where, "JSON rounds numbers over 2^53: write it as text.");
  }
  if ((type === "FLOAT" || type === "DOUBLE") && /^(NaN|-?Infinity)$/.test(String(part))) return Number(part);
  if (type === "BYTES" && typeof part === "string") return bytesFrom(part, where);
  return part;
}

function bytesFrom(text: string, where: string): Uint8Array {
  if (/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text))
    return Buffer.from(text, "base64");
  throw invalid(text, { name: where, type: "BYTES" }, where, "Write bytes as base64.");
}

function invalid(
  got: unknown,
  field: ValueField,
  where: string,
  hint: string,
  cause?: unknown,
): FeatureStoreError {
  const problem = `Cannot read ${where}: got ${showValue(got)}, expected ${field.type}`;
  return new FeatureStoreError("INVALID_VALUE", problem, { field: where, hint, cause });
}
