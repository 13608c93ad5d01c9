import { expect, test } from "vitest";
import { parsePositions } from "./log-positions.ts";

test("parsePositions() reads partitions and positions, several in one text too", () => {
  expect(parsePositions(["12:3456", "0:1, 63:18446744073709551"], "--after")).toEqual([
    { partition: 12, position: 3456n },
    { partition: 0, position: 1n },
    { partition: 63, position: 18446744073709551n },
  ]);
});

test.each(["12", "12:", ":5", "a:1", "-1:1", "1:2:3"])(
  "parsePositions() refuses %j and names the flag",
  (text) => {
    expect(() => parsePositions([text], "--after")).toThrow(/Cannot read --after: got .*like 12:3456/);
  },
);
