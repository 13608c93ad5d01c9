import { describe, expect, test } from "vitest";
import { showValue } from "./index.ts";

describe("showValue()", () => {
  test.for<[unknown, string]>([
    [5n, "5"],
    [3.5, "3.5"],
    [true, "true"],
    [null, "NULL"],
    [undefined, "nothing"],
    ['a\n"b"', '"a\\n\\"b\\""'],
    ["\ud800", '"\ufffd"'],
    ["x".repeat(41), `"${"x".repeat(40)}…"`],
    [new Uint8Array(3), "3 bytes"],
    [[1, 2], "a list"],
    [{}, "a value of type object"],
    [new Date(Number.NaN), "a value of type object"],
  ])("shows %o as %s", ([value, shown]) => {
    expect(showValue(value)).toBe(shown);
  });
});
