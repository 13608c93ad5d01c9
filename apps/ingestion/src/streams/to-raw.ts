import type { FeatureType } from "@timewell/row";
import { readTimeText } from "@timewell/transforms";

const integerPattern = /^-?\d{1,19}$/;
const base64Pattern = /^[A-Za-z0-9+/]*={0,2}$/;
const oddNumbers: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
};

/**
 * Turns text of a record into what normalization takes: 64-bit integers, odd floating-point numbers, RFC 3339 times, and bytes in
 * base64 where `hasTextBytes`. Everything else, and text that is none of these, stays as it is and is refused there.
 */
export function toRaw(type: FeatureType, value: unknown, hasTextBytes: boolean): unknown {
  if (typeof value === "string") return type === "STRING" ? value : fromText(type, value, hasTextBytes);
  if (!Array.isArray(value) || !type.endsWith("_LIST")) return value;
  const elementType = type.slice(0, -"_LIST".length) as FeatureType;
  if (elementType === "STRING" || !value.some((element) => typeof element === "string"))
    return value as unknown;
  return value.map((element) => toRaw(elementType, element, hasTextBytes));
}

function fromText(type: FeatureType, text: string, hasTextBytes: boolean): unknown {
  switch (type) {
    case "INT64":
      return integerPattern.test(text) ? BigInt(text) : text;
    case "TIMESTAMP":
      return integerPattern.test(text) ? BigInt(text) : (readTimeText(text) ?? text);
    case "FLOAT":
    case "DOUBLE":
      return Object.hasOwn(oddNumbers, text) ? oddNumbers[text] : text;
    case "BYTES":
      return hasTextBytes && isBase64(text) ? Buffer.from(text, "base64") : text;
    default:
      return text;
  }
}

/** Both alphabets; padding may be left out. */
function isBase64(text: string): boolean {
  const standard = text.replaceAll("-", "+").replaceAll("_", "/");
  return base64Pattern.test(standard) && standard.replace(/=+$/, "").length % 4 !== 1;
}
