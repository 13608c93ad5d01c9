import { compileNode } from "./compile-node.ts";
import type { ExpressionInput, Node } from "./compile-context.ts";
import { expressionError, type ExpressionSource } from "./expression-error.ts";
import type { Expression } from "./expression.ts";
import { kindOf, unite, type Kind } from "./kind.ts";
import { expressionCostMax } from "./limits.ts";
import { parseExpression } from "./parse-expression.ts";
import { toFeature, type ResultType } from "./to-feature.ts";
import { failed } from "./value.ts";

/**
 * Checks an expression against the inputs that it may read and the type that it is declared with, and makes it ready to
 * be computed. Names of inputs are unique.
 *
 * Throws INVALID_DEFINITION for bad syntax, an unknown name or function, or a wrong type; LIMIT_EXCEEDED for length, depth,
 * nesting of macros, or cost. The message names the path and the place in the expression.
 */
export function compileExpression(
  source: ExpressionSource,
  inputs: readonly ExpressionInput[],
  result: ResultType,
): Expression {
  const parsed = parseExpression(source);
  const used = new Set<number>();
  const node = compileNode(
    {
      source,
      parsed,
      inputs: new Map(inputs.map((input, index) => [input.name, { input, index }])),
      variables: new Map(),
      used,
      depth: 0,
      macros: 0,
    },
    parsed.root,
  );
  checkResult(source, node, result);
  checkCost(source, node);
  const { run } = node;
  const convert = toFeature(result);
  return Object.freeze({
    inputs: Object.freeze([...used].sort((a, b) => a - b)),
    cost: node.cost,
    compute(values) {
      const value = run(values);
      if (value === null) return null;
      if (value === failed) return undefined;
      const feature = convert(value);
      return feature === failed ? undefined : feature;
    },
  } satisfies Expression);
}

function checkResult(source: ExpressionSource, { kind }: Node, { type }: ResultType): void {
  const wanted = kindOf(type);
  if (kind !== "null" && unite(wanted, kind) === wanted) return;
  const problem = `it gives ${kind === "null" ? "NULL always" : showKind(kind)}, expected ${showKind(wanted)} for ${type}`;
  throw expressionError(source, undefined, problem, hintFor(kind, wanted));
}

function hintFor(kind: Kind, wanted: Kind): string {
  if (kind === "duration") return "Take a part of it, for example .getSeconds().";
  if (wanted === "double" && kind === "int")
    return "Convert it with double(…), write 1.0 for 1, or declare INT64.";
  if (wanted === "int" && kind === "double") return "Convert it with int(…), or declare DOUBLE.";
  return "Declare the type that the expression has, or convert it.";
}

function showKind(kind: Kind): string {
  return `${kind === "int" ? "an" : "a"} ${kind}`;
}

function checkCost(source: ExpressionSource, { cost }: Node): void {
  if (cost <= expressionCostMax) return;
  const problem = `it takes up to ${cost} steps for one row, at most ${expressionCostMax} are allowed`;
  const hint =
    "A list counts with the most elements that it may have, 65536, and a vector with its dimension.";
  throw expressionError(source, undefined, problem, hint, "LIMIT_EXCEEDED");
}
