import { expect, test } from "vitest";
import { fitLogistic } from "./fit-logistic.ts";

test("fitLogistic() finds the log-odds of a table of counts", () => {
  // 10 of 40 without the mark, 30 of 40 with it.
  const rows = Array.from({ length: 80 }, (_, i) => [i < 40 ? 0 : 1]);
  const labels = rows.map((_, i) => (i < 40 ? i < 10 : i < 70));
  const { intercept, weights } = fitLogistic(rows, labels, 0);
  expect(intercept).toBeCloseTo(Math.log(10 / 30), 9);
  expect(weights[0]).toBeCloseTo(Math.log(30 / 10) - Math.log(10 / 30), 9);
});

test("fitLogistic() keeps weights finite where the labels can be told apart, by its penalty", () => {
  const rows = [[-1], [1]];
  expect(fitLogistic(rows, [false, true]).weights[0]).toBeGreaterThan(0);
  expect(fitLogistic(rows, [false, true]).weights[0]).toBeLessThan(2);
});
