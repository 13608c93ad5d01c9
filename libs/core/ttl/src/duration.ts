import { FeatureStoreError } from "@timewell/errors";

/** Greatest first, as `formatDuration` tries them. */
const unitsMs = [
  ["d", 24 * 60 * 60 * 1000],
  ["h", 60 * 60 * 1000],
  ["m", 60 * 1000],
  ["s", 1000],
  ["ms", 1],
] as const;

const pattern = /^(\d{1,16})(ms|s|m|h|d)$/;

/**
 * Reads a duration like `250ms`, `30s`, `5m`, `6h` or `7d` into ms. A plain `0` is allowed, since zero needs no unit.
 * Throws INVALID_VALUE for anything else, fractions, signs and sums included, and above 2^53 − 1 ms.
 */
export function parseDuration(text: string): number {
  if (text === "0") return 0;
  const match = pattern.exec(text);
  const unitMs = unitsMs.find(([unit]) => unit === match?.[2])?.[1];
  const durationMs = Number(match?.[1]) * (unitMs ?? Number.NaN);
  if (Number.isSafeInteger(durationMs)) return durationMs;
  const problem = `Cannot read duration ${JSON.stringify(text)}: expected a whole number and a unit`;
  throw new FeatureStoreError("INVALID_VALUE", problem, { hint: "Write it like 250ms, 30s, 5m, 6h or 7d." });
}

/** Writes whole ms with the greatest unit that loses nothing: 5,400,000 is `90m`. `parseDuration` reads it back. */
export function formatDuration(durationMs: number): string {
  if (durationMs === 0) return "0s";
  const [unit, unitMs] = unitsMs.find(([, candidateMs]) => durationMs % candidateMs === 0) ?? unitsMs[4];
  return `${durationMs / unitMs}${unit}`;
}
