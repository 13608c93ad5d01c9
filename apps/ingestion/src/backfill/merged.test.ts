import { describe, expect, it } from "vitest";

import { merged } from "./merged.ts";

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

describe("merged()", () => {
  it("yields everything of every stream, and runs no more at a time than it may", async () => {
    let running = 0;
    let runningMax = 0;
    const stream = (name: number) =>
      async function* () {
        runningMax = Math.max(runningMax, ++running);
        for (let i = 0; i < 3; i++) yield `${name}.${i}`;
        running--;
      };
    const items = await collect(merged([0, 1, 2, 3, 4].map(stream), 2));
    expect(items.toSorted()).toEqual([0, 1, 2, 3, 4].flatMap((name) => [0, 1, 2].map((i) => `${name}.${i}`)));
    expect(runningMax).toBe(2);
  });

  it("ends the streams under way when one fails", async () => {
    let ended = 0;
    async function* endless() {
      try {
        for (;;) yield 1;
      } finally {
        ended++;
      }
    }
    async function* failing() {
      yield 2;
      throw new Error("broken");
    }
    await expect(collect(merged([endless, failing, endless], 2))).rejects.toThrow("broken");
    expect(ended).toBe(1);
  });

  it("ends the streams under way when its reader stops", async () => {
    let ended = 0;
    async function* endless() {
      try {
        for (;;) yield 1;
      } finally {
        ended++;
      }
    }
    for await (const item of merged([endless, endless], 2)) if (item === 1) break;
    expect(ended).toBe(2);
  });
});
