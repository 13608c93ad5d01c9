/** A floating-point number as JSON. Whole ones keep a fraction, so that they can be told from integers; NaN and infinities are text. */
export function floatText(value: number): string {
  if (Number.isInteger(value)) {
    if (Object.is(value, -0)) return "-0.0";
    const text = String(value);
    return text.includes("e") ? text : `${text}.0`;
  }
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? '"NaN"' : value > 0 ? '"Infinity"' : '"-Infinity"';
}
