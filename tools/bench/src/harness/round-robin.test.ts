import { expect, test } from "vitest";
import { runRounds } from "./round-robin.ts";

test("runRounds() turns the order round, does not count the first round, and compares within rounds", async () => {
  const calls: string[] = [];
  const side = (name: string, rates: number[]) => () => {
    calls.push(name);
    return Promise.resolve(rates.shift() ?? 0);
  };
  const rounds = await runRounds(3, { a: side("a", [999, 10, 30, 20]), b: side("b", [1, 10, 10, 10]) });
  expect(calls.join("")).toBe("ab" + "ab" + "ba" + "ba");
  expect(rounds.rate("a")).toBe(20);
  expect(rounds.ratio("a", "b")).toEqual({ median: 2, min: 1, max: 3 });
  expect(() => rounds.rate("c")).toThrow("No side c was measured");
});
