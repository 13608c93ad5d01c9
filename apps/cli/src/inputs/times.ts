import { FeatureStoreError, showValue } from "@timewell/errors";
import { isTime, parseDuration, timeRangeText } from "@timewell/ttl";

const isoPattern =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;
const relativePattern = /^(?:now\s*)?([+-])\s*(\d+[a-z]+)$/;
/** Whole numbers of so many digits are most likely seconds or milliseconds. */
const suspiciousDigits = new Set([10, 13]);

/**
 * Reads a time into µs UTC: ISO 8601 (without a zone: UTC), `now`, `-6h` or `now-6h`, or whole µs since 1970.
 * Throws INVALID_VALUE that names `what`, for example `--from`; also for a time outside of the years 1 to 9999.
 */
export function parseTime(text: string, nowUs: bigint, what: string): bigint {
  const timeUs = readTime(text, nowUs, what);
  if (isTime(timeUs)) return timeUs;
  throw invalid(what, `got ${showValue(text)}, expected a time of ${timeRangeText}`);
}

function readTime(text: string, nowUs: bigint, what: string): bigint {
  const trimmed = text.trim();
  if (trimmed === "now") return nowUs;
  const relative = relativePattern.exec(trimmed);
  if (relative) {
    const offsetUs = BigInt(parseDuration(relative[2] ?? "")) * 1000n;
    return relative[1] === "-" ? nowUs - offsetUs : nowUs + offsetUs;
  }
  if (/^-?\d+$/.test(trimmed)) return parseEpoch(trimmed, what);
  const iso = isoPattern.exec(trimmed);
  const timeUs = iso === null ? undefined : isoToUs(iso);
  if (timeUs === undefined) throw invalid(what, `got ${showValue(text)}, expected a time`);
  return timeUs;
}

function isoToUs([, date, time = "00:00", seconds = "00", fraction = "", zone = "Z"]: RegExpExecArray) {
  const digits = fraction.padEnd(6, "0");
  if (/[^0]/.test(digits.slice(6))) return undefined; // Finer than a microsecond.
  const offset = zone.toUpperCase() === "Z" ? "Z" : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  const wholeMs = Date.parse(`${date}T${time}:${seconds}${offset}`);
  // Date.parse turns 31 February into March.
  const midnightMs = Date.parse(`${date}T00:00:00Z`);
  const isSameDay = !Number.isNaN(midnightMs) && new Date(midnightMs).toISOString().startsWith(date ?? "");
  return Number.isNaN(wholeMs) || !isSameDay
    ? undefined
    : BigInt(wholeMs) * 1000n + BigInt(digits.slice(0, 6));
}

function parseEpoch(text: string, what: string): bigint {
  if (!suspiciousDigits.has(text.replace("-", "").length)) return BigInt(text);
  throw invalid(
    what,
    `got ${text}, which looks like seconds or milliseconds, expected microseconds since 1970`,
  );
}

function invalid(what: string, problem: string): FeatureStoreError {
  return new FeatureStoreError("INVALID_VALUE", `Cannot read ${what}: ${problem}`, {
    field: what,
    hint: "Write it like 2001-01-31T15:00:00Z, 2001-01-31, -6h, now, or microseconds since 1970.",
  });
}
