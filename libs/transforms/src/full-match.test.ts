import { expect, test } from "vitest";
import { compileFullMatch } from "./full-match.ts";

const compile = (text: string) => compileFullMatch({ path: "constraints[code].matches", text });

test("compileFullMatch() asks for the whole text, line ends included", () => {
  const matches = compile("[A-Z]{3}|x");
  expect(["JFK", "x", "JFKX", "aJFK", "JFK\n", ""].map(matches)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});

test("compileFullMatch() needs time in proportion to the text, whatever the expression is", () => {
  const startedMs = performance.now();
  expect(compile("(a*)*b")("a".repeat(50_000))).toBe(false);
  expect(performance.now() - startedMs).toBeLessThan(5_000);
});

test("compileFullMatch() refuses what RE2 does not know, and what is too long", () => {
  expect(() => compile("(a")).toThrow(expect.objectContaining({ kind: "INVALID_DEFINITION" }));
  expect(() => compile("(?=a)")).toThrow("it is not a regular expression of RE2");
  expect(() => compile("a".repeat(4_097))).toThrow(expect.objectContaining({ kind: "LIMIT_EXCEEDED" }));
});
