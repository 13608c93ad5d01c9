import { describe, expect, test } from "vitest";
import { nowUs } from "../fake-io.testdata.ts";
import { timeText } from "../output/time-text.ts";
import { parseTime } from "./times.ts";

const hourUs = 3_600_000_000n;

describe("parseTime()", () => {
  test.each([
    ["now", nowUs],
    ["-6h", nowUs - 6n * hourUs],
    ["now-6h", nowUs - 6n * hourUs],
    ["now + 250ms", nowUs + 250_000n],
    ["2001-01-31", 980_899_200_000_000n],
    ["2001-01-31T15:00", 980_953_200_000_000n],
    ["2001-01-31 15:00:00", 980_953_200_000_000n],
    ["2001-01-31T15:00:00Z", 980_953_200_000_000n],
    ["2001-01-31T15:00:00+02:00", 980_953_200_000_000n - 2n * hourUs],
    ["2001-01-31T15:00:00-0530", 980_953_200_000_000n + (11n * hourUs) / 2n],
    ["2001-01-31T15:00:00.123456Z", 980_953_200_123_456n],
    ["2001-01-31T15:00:00.5", 980_953_200_500_000n],
    ["1969-12-31T23:59:59.999999Z", -1n],
    ["980953200123456", 980_953_200_123_456n],
    ["0", 0n],
    ["-1", -1n],
  ])("reads %s", (text, timeUs) => {
    expect(parseTime(text, nowUs, "--from")).toBe(timeUs);
  });

  test.each([
    "",
    "yesterday",
    "2001-02-30",
    "2001-13-01",
    "2001-01-31T25:00",
    "6h",
    "2001-01-31T15:00:00.1234567Z",
    "0000-12-31",
    "0001-01-01T00:00:00+01:00",
    "9999-12-31T23:59:59-01:00",
    "-9223372036854775808",
    "9223372036854775808",
    "-9000000d",
  ])("refuses %o and names the flag", (text) => {
    expect(() => parseTime(text, nowUs, "--from")).toThrow(/Cannot read --from: got .* expected a time/);
  });

  test("refuses whole numbers that look like seconds or milliseconds", () => {
    expect(() => parseTime("1718000000", nowUs, "--as-of")).toThrow("looks like seconds or milliseconds");
    expect(() => parseTime("1718000000000", nowUs, "--as-of")).toThrow("looks like seconds or milliseconds");
  });

  test("reads back what timeText() writes", () => {
    for (const timeUs of [0n, -1n, -62_135_596_800_000_000n, nowUs, 253_402_300_799_999_999n, 1_500n]) {
      expect(parseTime(timeText(timeUs), 0n, "x")).toBe(timeUs);
    }
  });
});
