import { describe, expect, it } from "vitest";
import { clusterSlot, encodeKey } from "./index.ts";

const slotOf = (text: string) => clusterSlot(Buffer.from(text));

describe("clusterSlot()", () => {
  it("gives the slots that the Redis Cluster specification gives", () => {
    expect(slotOf("123456789")).toBe(0x31c3);
    expect(slotOf("")).toBe(0);
    expect(slotOf("foo")).toBe(12_182);
  });

  it("looks no further than the first closing brace, where the hash tag of a Redis key ends", () => {
    expect(slotOf("foo}bar")).toBe(slotOf("foo"));
    expect(clusterSlot(encodeKey(["STRING"], ["a}b"]))).toBe(clusterSlot(encodeKey(["STRING"], ["a}c"])));
    expect(clusterSlot(encodeKey(["INT64"], [1n]))).not.toBe(clusterSlot(encodeKey(["INT64"], [2n])));
  });
});
