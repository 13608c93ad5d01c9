import { FeatureStoreError } from "@timewell/errors";
import type { FeatureValue } from "@timewell/row";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { celTwin } from "./cel-twin.testdata.ts";
import { compile } from "./expressions.testdata.ts";
import { randomExpressions, randomRows, type RandomExpression } from "./random-expression.testdata.ts";

const numRuns = Number(process.env.TIMEWELL_RUNS ?? 300);

/** Undefined where the expression is refused: some are too costly, and some use the name of a variable twice. */
function compute({ text, type }: RandomExpression, row: readonly FeatureValue[]) {
  try {
    return { value: compile(text, type).compute(row) };
  } catch (error) {
    const { kind, message } = FeatureStoreError.from(error);
    if (kind === "LIMIT_EXCEEDED" || message.includes("has the name of something else")) return undefined;
    throw error;
  }
}

describe("compileExpression() against the library's evaluator", () => {
  it("gives the same value, or fails as it does, for random expressions and rows", () => {
    const property = fc.property(randomExpressions(true), randomRows(false), (expression, row) => {
      const ours = compute(expression, row);
      if (ours !== undefined) expect(ours.value).toStrictEqual(celTwin(expression.text, row));
    });
    fc.assert(property, { numRuns });
  });

  it("gives the same value where NULL leaves one, for random rows with NULL", () => {
    const property = fc.property(randomExpressions(false), randomRows(true), (expression, row) => {
      const ours = compute(expression, row);
      const twin = celTwin(expression.text, row);
      if (ours === undefined || twin === undefined || hasNull(twin)) return;
      expect(ours.value).toStrictEqual(twin);
    });
    fc.assert(property, { numRuns });
  });

  it("gives the same value every time (semantics 10)", () => {
    const property = fc.property(
      randomExpressions(true),
      randomRows(true),
      randomRows(true),
      (expression, a, b) => {
        const first = compute(expression, a);
        compute(expression, b);
        expect(compute(expression, a)).toStrictEqual(first);
      },
    );
    fc.assert(property, { numRuns });
  });
});

/** Lists of results hold no NULL. */
function hasNull(value: FeatureValue): boolean {
  return Array.isArray(value) && (value as readonly unknown[]).includes(null);
}
