import { compileCall } from "./compile-call.ts";
import { nodeError, type CompileContext, type Node } from "./compile-context.ts";
import { compileConstant } from "./compile-constant.ts";
import { compileList } from "./compile-list.ts";
import { compileMacro } from "./compile-macro.ts";
import { compileName, compileSelect } from "./compile-name.ts";
import { expressionDepthMax } from "./limits.ts";
import { tooDeep, type Expr } from "./parse-expression.ts";

/** Checks a part of an expression and makes a function of it. Throws INVALID_DEFINITION, or LIMIT_EXCEEDED for depth. */
export function compileNode(outer: CompileContext, expr: Expr): Node {
  const context = { ...outer, depth: outer.depth + 1 };
  if (context.depth > expressionDepthMax) throw tooDeep(context.source, context.parsed.offsetOf(expr));
  const { exprKind } = expr;
  switch (exprKind.case) {
    case "constExpr":
      return compileConstant(context, expr, exprKind.value);
    case "identExpr":
      return compileName(context, expr, exprKind.value.name);
    case "selectExpr":
      return compileSelect(context, expr, exprKind.value);
    case "callExpr":
      return compileCall(context, expr, exprKind.value);
    case "listExpr":
      return compileList(context, expr, exprKind.value.elements);
    case "comprehensionExpr":
      return compileMacro(context, expr, exprKind.value);
    case "structExpr":
    case undefined:
      throw nodeError(context, expr, "maps and messages are not supported", "Use single values and lists.");
  }
}
