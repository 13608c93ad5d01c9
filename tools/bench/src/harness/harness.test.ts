import { expect, test } from "vitest";
import { ColumnDigest } from "./column-digest.ts";
import { isMet } from "./figure.ts";
import { median } from "./median.ts";
import { runPairs } from "./paired-runs.ts";
import { peakMemory } from "./peak-memory.ts";
import { table } from "./table.ts";

test("median() takes the middle, or the mean of the two in the middle", () => {
  expect(median([5, 1, 100])).toBe(5);
  expect(median([4, 1, 100, 2])).toBe(3);
  expect(() => median([])).toThrow("no numbers");
});

test("runPairs() takes turns, does not count the first pair, and gives the median of the ratios", async () => {
  const calls: string[] = [];
  const side = (name: string, times: number[]) => () => {
    calls.push(name);
    return Promise.resolve(times.shift() ?? 0);
  };
  const found = await runPairs(3, side("ours", [999, 10, 30, 20]), side("peer", [1, 10, 10, 10]));
  expect(calls.join(" ")).toBe("ours peer ours peer peer ours ours peer");
  expect(found).toEqual({ oursMs: 20, peerMs: 10, ratio: 2, ratioMin: 1, ratioMax: 3 });
});

test("isMet() counts the target itself as met", () => {
  const figure = { name: "a", unit: "×", target: 2, ours: "", peer: "" };
  expect(isMet({ ...figure, value: 2, better: "lower" })).toBe(true);
  expect(isMet({ ...figure, value: 2.1, better: "lower" })).toBe(false);
  expect(isMet({ ...figure, value: 2, better: "higher" })).toBe(true);
  expect(isMet({ ...figure, value: 1.9, better: "higher" })).toBe(false);
});

test("table() sets numbers to the right and words to the left", () => {
  const lines = table(
    ["name", "value"],
    [
      ["one", "1.5 ms"],
      ["eleven", "11 ms"],
    ],
  );
  expect(lines).toEqual(["name     value", "------  ------", "one     1.5 ms", "eleven   11 ms"]);
});

test("ColumnDigest tells nothing from zero, and rows in another order", () => {
  const digest = (...values: unknown[]) => {
    const column = new ColumnDigest();
    values.forEach((value) => column.add(value));
    return column.finish();
  };
  expect(digest(1, null)).toBe(digest(1, null));
  expect(digest(1, null)).not.toBe(digest(1, 0));
  expect(digest(1, null)).not.toBe(digest(null, 1));
  expect(digest(false)).not.toBe(digest(null));
  expect(() => digest("text")).toThrow("Cannot digest text");
});

test("peakMemory() reads what this process held at most", () => {
  const { server, together } = peakMemory(process.pid);
  expect(server).toBeGreaterThan(10 * 2 ** 20);
  expect(together).toBeGreaterThanOrEqual(server);
});
