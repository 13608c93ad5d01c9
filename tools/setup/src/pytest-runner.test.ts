import { expect, test } from "vitest";
import { countPytest } from "./pytest-runner.ts";

const report = (tests: number, failures: number, errors: number, skipped: number) =>
  `<?xml version="1.0"?><testsuites><testsuite name="pytest" errors="${errors}" failures="${failures}" skipped="${skipped}" tests="${tests}" time="1.2"></testsuite></testsuites>`;

test.each([
  ["all green", report(3, 0, 0, 0), 0, { passed: 3, failed: 0 }],
  ["one red", report(3, 1, 0, 0), 1, { passed: 2, failed: 1 }],
  ["a file that cannot be loaded", report(1, 0, 1, 0), 2, { passed: 0, failed: 1 }],
  ["a test that is left out", report(3, 0, 0, 1), 0, { passed: 2, failed: 1 }],
  ["an error outside of any test", report(3, 0, 0, 0), 1, { passed: 3, failed: 1 }],
  ["no tests", report(0, 0, 0, 0), 5, { passed: 0, failed: 1 }],
] as const)("countPytest() of %s", (_, text, exitCode, expected) => {
  expect(countPytest(text, exitCode)).toEqual(expected);
});

test("countPytest() of a run that left no report is one failure", () => {
  expect(countPytest(undefined, 134)).toEqual({ passed: 0, failed: 1 });
});
