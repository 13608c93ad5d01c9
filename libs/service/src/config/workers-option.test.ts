import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { workersOption } from "./workers-option.ts";

test("workersOption() takes 1 to 64 and auto, which is one a core", () => {
  const { parse } = workersOption({ describe: "Workers" });
  expect(["1", "64", "auto"].map(parse)).toEqual([1, 64, Math.min(availableParallelism(), 64)]);
  expect(["0", "65", "-1", "2.5", "", "many"].map(parse)).toEqual(Array(6).fill(undefined));
});
