import { create } from "@bufbuild/protobuf";
import { Change_Action, ChangeSchema, DefinitionKind } from "@timewell/contracts";
import { ManualClock } from "@timewell/ttl";
import { describe, expect, test } from "vitest";
import { readableLogLine } from "../apps/app-log.ts";
import { fakeIo, nowUs } from "../fake-io.testdata.ts";
import { paletteFor } from "./colour.ts";
import { toJsonText } from "./json.ts";
import { planDiff, planSummary } from "./plan-diff.ts";
import { count, Progress } from "./progress.ts";
import { renderPairs, renderTable } from "./table.ts";
import { ageText, durationText, timeText } from "./time-text.ts";
import { valueText } from "./value-text.ts";

const plain = paletteFor({ env: {} }, false);

describe("renderTable()", () => {
  test("lines columns up by what a terminal shows", () => {
    const paint = (text: string) => `\u001b[31m${text}\u001b[0m`;
    expect(
      renderTable(
        ["A", "N"],
        [
          ["x", "1"],
          [{ text: "日本", paint }, "22"],
        ],
        ["N"],
      ),
    ).toBe("A      N\n────  ──\nx      1\n\u001b[31m日本\u001b[0m  22\n");
  });

  test("shows control characters of values instead of sending them to the terminal", () => {
    expect(renderTable(["A"], [["\u001b[2Jx\ny"]])).toContain("\\u001b[2Jx\\ny");
    expect(renderPairs([["Name", "a\u0007"]])).toBe("Name  a\\u0007\n");
  });
});

describe("toJsonText()", () => {
  test("keeps 64 bits as text, bytes as base64 and what is no number as text", () => {
    const value = {
      big: 2n ** 63n,
      bytes: Uint8Array.of(1, 2),
      nan: Number.NaN,
      list: [1n],
      none: undefined,
      null: null,
    };
    expect(JSON.parse(toJsonText(value))).toEqual({
      big: "9223372036854775808",
      bytes: "AQI=",
      nan: "NaN",
      list: ["1"],
      null: null,
    });
  });
});

describe("times and values", () => {
  test("timeText() has as many digits as it needs", () => {
    expect(timeText(0n)).toBe("1970-01-01T00:00:00Z");
    expect(timeText(1_500_000n)).toBe("1970-01-01T00:00:01.500Z");
    expect(timeText(-1n)).toBe("1969-12-31T23:59:59.999999Z");
    expect(timeText(2n ** 62n)).toBe(`${2n ** 62n}µs`);
  });

  test("ageText() and durationText() show two units", () => {
    expect(ageText(nowUs - 90_061_000_000n, nowUs)).toBe("1d 1h ago");
    expect(ageText(nowUs + 300_000_000n, nowUs)).toBe("in 5m");
    expect(durationText(12)).toBe("12ms");
    expect(durationText(61_000)).toBe("1m 1s");
  });

  test("valueText() tells NULL from empty, and shortens lists", () => {
    expect(valueText(null, "STRING")).toBe("NULL");
    expect(valueText([], "STRING_LIST")).toBe("[]");
    expect(valueText(0.1 + 0.2, "DOUBLE")).toBe("0.3");
    expect(valueText(0n, "TIMESTAMP")).toBe("1970-01-01T00:00:00Z");
    expect(valueText(Uint8Array.of(255), "BYTES")).toBe("/w==");
    expect(
      valueText(
        Array.from({ length: 10 }, (_, i) => i),
        "INT32_LIST",
      ),
    ).toBe("[0, 1, 2, 3, 4, 5, 6, 7, … 2 more]");
  });
});

describe("paletteFor()", () => {
  test("colours terminals only, obeys NO_COLOR before FORCE_COLOR", () => {
    expect(paletteFor({ env: {} }, true).red("x")).toBe("\u001b[31mx\u001b[39m");
    expect(paletteFor({ env: {} }, false).red("x")).toBe("x");
    expect(paletteFor({ env: { NO_COLOR: "1", FORCE_COLOR: "1" } }, true).red("x")).toBe("x");
    expect(paletteFor({ env: { FORCE_COLOR: "1" } }, false).red("x")).toBe("\u001b[31mx\u001b[39m");
  });
});

describe("Progress", () => {
  const step = { done: 250_000, total: 1_000_000 };

  test("draws a bar with percent, rate and ETA at a terminal, and takes it away", async () => {
    const clock = new ManualClock(nowUs);
    const io = fakeIo({ clock, errIsTerminal: true });
    const bar = new Progress(io, "materialize v");
    await clock.advance(1_000);
    bar.update(step);
    bar.update(step);
    bar.finish();
    expect(io.stderr).toBe(
      "\r\u001b[2Kmaterialize v  ██████░░░░░░░░░░░░░░░░░░ 25%  250,000 of 1,000,000 rows  250,000 rows/s  ETA 3s\r\u001b[2K",
    );
  });

  test("writes a plain line every few seconds elsewhere", async () => {
    const clock = new ManualClock(nowUs);
    const io = fakeIo({ clock });
    const bar = new Progress(io, "train");
    for (let i = 0; i < 100; i++) {
      await clock.advance(100);
      bar.update({ done: i * 1_000 });
    }
    bar.finish();
    expect(io.stderr.split("\n").slice(0, -1)).toEqual([
      "train  49,000 rows  9,800 rows/s",
      "train  99,000 rows  9,900 rows/s",
    ]);
    expect(count(1_234_567n)).toBe("1,234,567");
  });
});

describe("planDiff()", () => {
  test("shows every action, and before and after", () => {
    const change = (action: Change_Action, details: { path: string; before: string; after: string }[] = []) =>
      create(ChangeSchema, { kind: DefinitionKind.FEATURE_VIEW, name: "v", action, details });
    const changes = [
      change(Change_Action.CREATE, [{ path: "ttl", before: "", after: "6h" }]),
      change(Change_Action.UPDATE, [{ path: "ttl", before: "6h", after: "12h" }]),
      change(Change_Action.NEW_VERSION, [{ path: "features.x", before: "INT64", after: "" }]),
      change(Change_Action.DELETE),
    ];
    expect(planDiff(changes, plain)).toBe(`+ feature view v  (create)
    + ttl: 6h
~ feature view v  (update)
    ttl: 6h → 12h
! feature view v  (new version, served beside the old one)
    - features.x: INT64
- feature view v  (delete)
`);
    expect(planSummary(changes)).toBe("1 to create, 1 to update, 1 with a new version, 1 to delete");
  });
});

describe("readableLogLine()", () => {
  test("shortens a record, and leaves other lines alone", () => {
    const line = '{"level":"warn","time":"2026-01-02T03:04:05.006Z","pid":1,"msg":"slow","view":"v"}';
    expect(readableLogLine(line, plain)).toBe("03:04:05 warn  slow view=v");
    expect(readableLogLine('{"level":30,"time":0,"msg":"hi"}', plain)).toBe("00:00:00 info  hi");
    expect(readableLogLine("plain \u001b[31m", plain)).toBe("plain \\u001b[31m");
  });
});
