import { parseDuration } from "@timewell/ttl";
import { invalidDefinition } from "./invalid-definition.ts";

/** A duration: `"250ms"`, `"30s"`, `"15m"`, `"6h"`, `"7d"`, or `0`. */
export type Duration = `${number}${"ms" | "s" | "m" | "h" | "d"}` | "0" | 0;

/** The milliseconds of a duration. INVALID_DEFINITION naming `path`. */
export function durationMs(duration: Duration, path: string): bigint {
  try {
    return BigInt(parseDuration(String(duration)));
  } catch (error) {
    throw invalidDefinition(path, duration, "a duration like 30s, 15m, 6h or 7d", error);
  }
}
