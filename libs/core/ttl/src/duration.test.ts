import { describe, expect, test } from "vitest";
import { formatDuration, parseDuration } from "./index.ts";

describe("parseDuration()", () => {
  test.for<[string, number]>([
    ["0", 0],
    ["250ms", 250],
    ["30s", 30_000],
    ["5m", 300_000],
    ["6h", 21_600_000],
    ["7d", 604_800_000],
  ])("reads %s as %i ms", ([text, durationMs]) => {
    expect(parseDuration(text)).toBe(durationMs);
  });

  test.for(["", "5", "-5s", "1.5h", "1h30m", "5 m", "5M", "5w", "1e3s", "9999999999999999d", " 5s"])(
    "refuses %o",
    (text) => {
      expect(() => parseDuration(text)).toThrow(expect.objectContaining({ kind: "INVALID_VALUE" }));
    },
  );
});

describe("formatDuration()", () => {
  test.for<[number, string]>([
    [0, "0s"],
    [1, "1ms"],
    [1500, "1500ms"],
    [60_000, "1m"],
    [5_400_000, "90m"],
    [86_400_000, "1d"],
    [90_000_000, "25h"],
  ])("writes %i ms as %s, which parseDuration() reads back", ([durationMs, text]) => {
    expect(formatDuration(durationMs)).toBe(text);
    expect(parseDuration(text)).toBe(durationMs);
  });
});
