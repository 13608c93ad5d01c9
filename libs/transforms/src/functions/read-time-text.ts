import { failed } from "../value.ts";
import { parseTimeText } from "./time-text.ts";

/** Reads an RFC 3339 time as µs UTC, digits beyond the µs cut off; undefined where the text is none, or not of the years 1 to 9999. */
export function readTimeText(text: string): bigint | undefined {
  const timeUs = parseTimeText(text);
  return timeUs === failed ? undefined : timeUs;
}
