const usPerSecond = 1_000_000n;

/** A time in µs as ISO 8601 in UTC, with as many digits of a second as it has; far times as plain µs. */
export function timeText(timeUs: bigint): string {
  const seconds = (timeUs - (((timeUs % usPerSecond) + usPerSecond) % usPerSecond)) / usPerSecond;
  const micros = timeUs - seconds * usPerSecond;
  const date = new Date(Number(seconds) * 1000);
  if (!isPlainYear(date)) return `${timeUs}µs`;
  const whole = date.toISOString().slice(0, -".000Z".length);
  if (micros === 0n) return `${whole}Z`;
  const digits = micros.toString().padStart(6, "0");
  return `${whole}.${digits.endsWith("000") ? digits.slice(0, 3) : digits}Z`;
}

/** ISO 8601 writes years of four digits only. */
function isPlainYear(date: Date): boolean {
  const year = date.getUTCFullYear();
  return year >= 0 && year <= 9999;
}

/** How long ago, in the two greatest units: `3d 4h`, `12s`; `in 5m` for times to come. */
export function ageText(fromUs: bigint, nowUs: bigint): string {
  const ageMs = Number((nowUs - fromUs) / 1000n);
  return ageMs < 0 ? `in ${durationText(-ageMs)}` : `${durationText(ageMs)} ago`;
}

/** A duration in its two greatest units. */
export function durationText(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 1) return `${Math.round(durationMs)}ms`;
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3_600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join(" ");
}
