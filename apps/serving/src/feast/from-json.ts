import { elementType, type FeatureType, type ScalarType } from "@timewell/row";

const notFinite = new Map([
  ["NaN", NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
]);

/**
 * Turns a value of JSON into what its type has in memory: times come as whole seconds, bytes as base64, NaN and infinities as
 * text. What is none of that is left for the check of the type to refuse.
 */
export function fromJson(type: FeatureType, value: unknown): unknown {
  const isList = type.endsWith("_LIST") || type === "FLOAT_VECTOR";
  const element = elementType(type);
  if (!isList) return fromScalar(element, value);
  return Array.isArray(value) ? value.map((each) => fromScalar(element, each)) : value;
}

function fromScalar(type: ScalarType, value: unknown): unknown {
  switch (type) {
    case "BYTES": {
      if (typeof value !== "string") return value;
      const bytes = Buffer.from(value, "base64");
      return bytes.toString("base64") === value ? new Uint8Array(bytes) : value;
    }
    case "TIMESTAMP": {
      const isWhole = typeof value === "bigint" || Number.isSafeInteger(value);
      return isWhole ? BigInt(value as number | bigint) * 1_000_000n : value;
    }
    case "FLOAT":
    case "DOUBLE":
      if (typeof value === "bigint") return Number(value);
      return notFinite.get(value as string) ?? value;
    default:
      return value;
  }
}
