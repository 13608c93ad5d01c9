import { FeatureStoreError } from "@timewell/errors";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile, refusal } from "./expressions.testdata.ts";
import { expressionCharsMax } from "./limits.ts";

/** What CEL is written with, broken in any order. */
const pieces = fc.constantFrom(
  ..."( ) [ ] { } . , ? : ! - + * / % < > = == && || in null true 1 1u 1.5 1e999 0x1f 'a' \" ' \\ \\ud800 '\\ud800' b'\\377' x".split(
    " ",
  ),
  ..."origin .delay planned .exists( .map(d, d has( size( int( math. .a[ //  \n \0 é 𝄞 @result __proto__ constructor".split(
    " ",
  ),
);

describe("compileExpression() given anything", () => {
  it("compiles it or refuses it with an error that a caller may see", () => {
    const texts = fc.oneof(
      fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join("")),
      fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(" ")),
      fc.string({ unit: "binary", maxLength: 60 }),
    );
    const property = fc.property(texts, (text) => {
      try {
        compile(text, "BOOL");
      } catch (error) {
        expect(error).toBeInstanceOf(FeatureStoreError);
        expect((error as FeatureStoreError).message).toMatch(/^Cannot accept x: /);
      }
    });
    fc.assert(property, { numRuns: Number(process.env.TIMEWELL_RUNS ?? 1_000) });
  });

  const units = [
    "(",
    "[",
    "{",
    "!",
    "-",
    ".a",
    "a.",
    "a+",
    "a&&",
    "a?a:",
    "a?",
    "x.map(y,",
    "f(",
    "'",
    "[[",
    "{a:",
    "a[",
    "\\",
    " ",
    "\n",
    "//",
  ];
  it("takes no more than a moment for what is long or deep", () => {
    const startMs = performance.now();
    for (const unit of units) {
      for (const end of ["", "1", "a", ")"]) {
        for (const length of [50, expressionCharsMax - 1]) {
          const text = unit.repeat(Math.floor(length / unit.length)) + end;
          expect(refusal(text).name).toBe("FeatureStoreError");
        }
      }
    }
    expect(performance.now() - startMs).toBeLessThan(20_000);
  });

  it("reads no member of an object", () => {
    for (const name of ["__proto__", "constructor", "origin.constructor", "toString", "origin.__proto__"]) {
      expect(refusal(`${name} == null`).message).toContain(`there is no ${name}`);
    }
    expect(refusal("constructor(1) == 1").message).toContain("there is no function constructor");
    expect(refusal("planned.toString() == ''").message).toContain("there is no function toString");
    expect(refusal("math.constructor(1) == 1").message).toContain("there is no");
  });
});
