import { expect, test } from "vitest";
import { countVitest } from "./vitest-runner.ts";

const file = (status: string, tests: number) => ({ status, assertionResults: Array(tests).fill({}) });

test.each([
  ["all green", [3, 0], [file("passed", 3)], 0, { passed: 3, failed: 0 }],
  ["one red", [2, 1], [file("failed", 3)], 1, { passed: 2, failed: 1 }],
  [
    "a file that cannot be loaded",
    [3, 0],
    [file("passed", 3), file("failed", 0)],
    1,
    { passed: 3, failed: 1 },
  ],
  ["an error outside of any test", [3, 0], [file("passed", 3)], 1, { passed: 3, failed: 1 }],
  ["no tests", [0, 0], [], 0, { passed: 0, failed: 1 }],
] as const)("countVitest() of %s", (_, [numPassedTests, numFailedTests], testResults, exitCode, expected) => {
  expect(countVitest({ numPassedTests, numFailedTests, testResults }, exitCode)).toEqual(expected);
});

test("countVitest() of a run that left no report is one failure", () => {
  expect(countVitest(undefined, 134)).toEqual({ passed: 0, failed: 1 });
});
