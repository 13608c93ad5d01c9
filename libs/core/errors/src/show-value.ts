const textCharsMax = 40;

/** A value as error messages show it: short, on one line, with its kind where that is not plain to see. */
export function showValue(value: unknown): string {
  if (typeof value === "string") {
    const text = value.length > textCharsMax ? `${value.slice(0, textCharsMax)}…` : value;
    return JSON.stringify(text.toWellFormed());
  }
  if (typeof value === "bigint" || typeof value === "number" || typeof value === "boolean")
    return String(value);
  if (value === null) return "NULL";
  if (value === undefined) return "nothing";
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return Array.isArray(value) ? "a list" : `a value of type ${typeof value}`;
}
