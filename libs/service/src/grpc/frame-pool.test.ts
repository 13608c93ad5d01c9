import { expect, it } from "vitest";
import { FramePool } from "./frame-pool.ts";

it("FramePool gives memory out again that came back, to frames of its size alone", () => {
  const pool = new FramePool();
  const memory = pool.take(20_000);
  expect(memory.length).toBeGreaterThanOrEqual(20_000);
  expect(pool.take(20_000)).not.toBe(memory);
  pool.giveBack(memory);
  expect(pool.take(5_000)).not.toBe(memory);
  expect(pool.take(memory.length)).toBe(memory);
  expect(pool.take(20_000)).not.toBe(memory);
});

it.each([0, 1, 4_096, 4_097, 65_536, 65_537, 2 ** 20, 2 ** 20 + 1])("FramePool has %i bytes", (bytes) => {
  const pool = new FramePool();
  for (let i = 0; i < 3; i++) {
    const memory = pool.take(bytes);
    expect(memory.length).toBeGreaterThanOrEqual(bytes);
    pool.giveBack(memory);
  }
});
