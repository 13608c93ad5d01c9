import { RE2JS } from "@bufbuild/re2";
import { nodeError, type CompileContext, type Node } from "./compile-context.ts";
import { compileNode } from "./compile-node.ts";
import { overload } from "./overload.ts";
import type { Expr } from "./parse-expression.ts";
import { strictCall } from "./strict-call.ts";

/** Steps of one match: the engine needs time in proportion to the text, and never more. */
const matchCost = 50;

/** Compiles `text.matches(pattern)`. The pattern, in RE2's syntax, is a literal: it is checked and compiled once. */
export function compileMatches(context: CompileContext, expr: Expr, args: readonly Expr[]): Node {
  const [target, patternExpr] = args;
  const node = compileNode(context, target!);
  const pattern = patternExpr === undefined ? undefined : literalOf(patternExpr);
  if (node.kind !== "string" || pattern === undefined || args.length !== 2) {
    const hint = "Write text.matches('^[A-Z]{3}$'), with the pattern as a literal.";
    throw nodeError(context, expr, "matches takes a string and a literal pattern", hint);
  }
  const regex = compilePattern(context, patternExpr!, pattern);
  const call = overload(["string"], "bool", (text: string) => regex.test(text));
  return { kind: "bool", cost: node.cost + matchCost, sizeMax: 0, run: strictCall(call, [node.run]) };
}

function literalOf({ exprKind }: Expr): string | undefined {
  if (exprKind.case !== "constExpr") return undefined;
  const { constantKind } = exprKind.value;
  return constantKind.case === "stringValue" ? constantKind.value : undefined;
}

function compilePattern(context: CompileContext, expr: Expr, pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch {
    // The engine's own words name parts of its syntax tables; the place says enough.
    throw nodeError(
      context,
      expr,
      "the pattern is not a regular expression of RE2",
      "Check its brackets and escapes.",
    );
  }
}
