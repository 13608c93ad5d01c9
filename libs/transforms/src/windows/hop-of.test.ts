import { describe, expect, it } from "vitest";
import { hopOf, windowMaxUs } from "./hop-of.ts";

describe("hopOf()", () => {
  it.each([
    [60n, 5n],
    [600n, 5n],
    [601n, 60n],
    [3_600n, 60n],
    [3_601n, 300n],
    [43_200n, 300n],
    [43_201n, 3_600n],
    [1_036_800n, 3_600n],
    [1_036_801n, 86_400n],
    [windowMaxUs / 1_000_000n, 86_400n],
    [0n, 0n],
  ])("cuts the tail of a window of %s s by %s s (semantics 11)", (windowS, hopS) => {
    expect(hopOf(windowS * 1_000_000n)).toBe(hopS * 1_000_000n);
  });
});
