import { safeText } from "../output/safe-text.ts";
import type { Palette } from "../output/colour.ts";

const levels: Readonly<Record<number, readonly [string, keyof Palette]>> = {
  10: ["trace", "dim"],
  20: ["debug", "dim"],
  30: ["info", "green"],
  40: ["warn", "yellow"],
  50: ["error", "red"],
  60: ["fatal", "red"],
};
const levelNames: Readonly<Record<string, number>> = {
  trace: 10,
  debug: 20,
  info: 30,
  warn: 40,
  error: 50,
  fatal: 60,
};

/** A line of an app's log as a person reads it: time, level, message, what matters besides. Other lines stay as they are. */
export function readableLogLine(line: string, palette: Palette): string {
  const record = parse(line);
  if (record === undefined) return safeText(line);
  const { level, time, msg, pid: _pid, hostname: _hostname, name: _name, ...rest } = record;
  const number = typeof level === "string" ? levelNames[level] : Number(level);
  const [levelName, colour] = levels[number ?? 30] ?? ["info", "green"];
  const details = Object.entries(rest).map(([key, value]) => `${key}=${detailText(value)}`);
  const clock = new Date(typeof time === "string" ? time : Number(time));
  const clockText = Number.isNaN(clock.getTime()) ? "" : `${clock.toISOString().slice(11, 19)} `;
  const text = `${clockText}${palette[colour](levelName.padEnd(5))} ${safeText(String(msg ?? ""))}`;
  return details.length === 0 ? text : `${text} ${palette.dim(safeText(details.join(" ")))}`;
}

function parse(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const record = JSON.parse(line) as Record<string, unknown>;
    return "level" in record ? record : undefined;
  } catch {
    return undefined; // Not a record of the log.
  }
}

function detailText(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  const { message } = value as { readonly message?: unknown };
  return typeof message === "string" ? JSON.stringify(message) : JSON.stringify(value);
}
