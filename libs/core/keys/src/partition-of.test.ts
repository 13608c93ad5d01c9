import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { encodeKey, partitionOf } from "./index.ts";

describe("partitionOf()", () => {
  test("puts every key where earlier releases put it", () => {
    const partitions = Array.from({ length: 4096 }, (_, i) =>
      partitionOf(encodeKey(["INT64", "STRING"], [BigInt(i - 2048), `user-${i}`])),
    );
    expect([partitionOf(encodeKey([], [])), ...partitions.slice(0, 8)]).toEqual([
      7, 37, 36, 42, 8, 0, 15, 4, 58,
    ]);
    expect(createHash("sha256").update(Uint8Array.from(partitions)).digest("hex")).toBe(
      "25cac03dcc2d2d7d9e3b98b701e532a19403274b06d96e821133dc61dcdf67f5",
    );
  });

  test("spreads counting numbers evenly over 64 partitions", () => {
    const rows = new Array<number>(64).fill(0);
    for (let i = 0; i < 64_000; i++) rows[partitionOf(encodeKey(["INT64"], [BigInt(i)]))]! += 1;
    expect(Math.min(...rows)).toBeGreaterThan(850);
    expect(Math.max(...rows)).toBeLessThan(1150);
  });
});
