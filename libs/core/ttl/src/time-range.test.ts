import { expect, test } from "vitest";
import { isTime, timeMaxUs, timeMinUs, timeRangeText } from "./index.ts";

test("isTime() takes 0001-01-01T00:00:00Z … 9999-12-31T23:59:59.999999Z, both included (semantics 1)", () => {
  const [first, last] = timeRangeText.split(" … ");
  expect(timeMinUs).toBe(BigInt(Date.parse(first!)) * 1000n);
  expect(timeMaxUs).toBe(BigInt(Date.parse(last!)) * 1000n + 999n);
  const instants = [timeMinUs - 1n, timeMinUs, 0n, timeMaxUs, timeMaxUs + 1n];
  expect(instants.map(isTime)).toEqual([false, true, true, true, false]);
});
