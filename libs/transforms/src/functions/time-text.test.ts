import { timeMaxUs, timeMinUs } from "@timewell/ttl";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failed } from "../value.ts";
import { parseDurationText } from "./parse-duration-text.ts";
import { parseTimeText, showTime } from "./time-text.ts";

describe("parseTimeText()", () => {
  const cases: [string, bigint | typeof failed][] = [
    ["1970-01-01T00:00:00Z", 0n],
    ["1969-12-31T23:59:59.999999Z", -1n],
    ["2026-01-01T02:00:00.1234569+02:00", 1_767_225_600_123_456n],
    ["2025-12-31t19:30:00-04:30", 1_767_225_600_000_000n],
    ["0001-01-01T00:00:00Z", timeMinUs],
    ["9999-12-31T23:59:59.999999Z", timeMaxUs],
    ["0001-01-01T00:00:00+00:01", failed],
    ["2024-02-29T00:00:00Z", 1_709_164_800_000_000n],
    ["2025-02-29T00:00:00Z", failed],
    ["2025-01-01T24:00:00Z", failed],
    ["2025-01-01T00:00:60Z", failed],
    ["2025-01-01T00:00:00", failed],
    ["2025-01-01 00:00:00Z", failed],
    ["2025-01-01T00:00:00+24:00", failed],
    ["2025-01-01T00:00:00.Z", failed],
    ["", failed],
  ];
  for (const [text, expected] of cases) {
    it(`reads ${JSON.stringify(text)}`, () => expect(parseTimeText(text)).toBe(expected));
  }

  it("reads what showTime() writes, to the µs", () => {
    const times = fc.bigInt({ min: timeMinUs, max: timeMaxUs });
    fc.assert(fc.property(times, (us) => parseTimeText(showTime(us)) === us));
    expect(showTime(-1n)).toBe("1969-12-31T23:59:59.999999Z");
    expect(showTime(1_500_000n)).toBe("1970-01-01T00:00:01.500Z");
    expect(showTime(0n)).toBe("1970-01-01T00:00:00Z");
  });
});

describe("parseDurationText()", () => {
  const cases: [string, bigint | typeof failed][] = [
    ["1h30m", 5_400_000_000n],
    ["-1.5s", -1_500_000n],
    ["+2ms3us", 2_003n],
    ["1µs", 1n],
    ["1000ns", 1n],
    ["1ns", failed],
    ["0.5us", failed],
    ["2562047h", 9_223_369_200_000_000n],
    ["2562048h", failed],
    ["1", failed],
    ["1h ", failed],
    ["h", failed],
    ["", failed],
  ];
  for (const [text, expected] of cases) {
    it(`reads ${JSON.stringify(text)}`, () => expect(parseDurationText(text)).toBe(expected));
  }
});
