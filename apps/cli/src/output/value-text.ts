import type { FeatureType, FeatureValue, ScalarValue } from "@timewell/row";
import { timeText } from "./time-text.ts";

const elementsShownMax = 8;

/** A feature's value as a person reads it; NULL for null. */
export function valueText(value: FeatureValue, type: FeatureType): string {
  if (value === null) return "NULL";
  if (!Array.isArray(value)) return scalarText(value as ScalarValue, type);
  const shown = value.slice(0, elementsShownMax).map((element: ScalarValue) => scalarText(element, type));
  const more = value.length - shown.length;
  return `[${shown.join(", ")}${more > 0 ? `, … ${more} more` : ""}]`;
}

function scalarText(value: ScalarValue, type: FeatureType): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (typeof value === "bigint" && type.startsWith("TIMESTAMP")) return timeText(value);
  return typeof value === "number" && !Number.isInteger(value)
    ? String(Number(value.toPrecision(12)))
    : String(value);
}
