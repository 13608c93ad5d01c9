import { compileNode } from "../compile-node.ts";
import { nodeError, type CompileContext } from "../compile-context.ts";
import { elementKindOf, kindOf, type ScalarKind } from "../kind.ts";
import type { Expr } from "../parse-expression.ts";
import { failed } from "../value.ts";
import type { FilterConstant, FilterNode, FilterOperand, FilterOperator } from "./filter-node.ts";

const operators = new Map<string, FilterOperator>([
  ["_==_", "=="],
  ["_!=_", "!="],
  ["_<_", "<"],
  ["_<=_", "<="],
  ["_>_", ">"],
  ["_>=_", ">="],
]);

/** The tree of an expression that compiles. INVALID_DEFINITION where it has more than filters may have. */
export function filterTree(context: CompileContext, expr: Expr): FilterNode {
  const { exprKind } = expr;
  if (exprKind.case === "selectExpr" && exprKind.value.testOnly) {
    return { node: "has", field: placeOf(context, expr)! };
  }
  if (exprKind.case !== "callExpr") {
    const operand = operandOf(context, expr);
    if (operand.kind === "bool") return operand as Extract<FilterNode, { kind: "bool" }>;
    throw notInSubset(context, expr);
  }
  const { function: name, args, target } = exprKind.value;
  if (target !== undefined) throw notInSubset(context, expr);
  if (name === "!_") return { node: "not", arg: filterTree(context, args[0]!) };
  if (name === "_&&_" || name === "_||_") {
    const sides = [filterTree(context, args[0]!), filterTree(context, args[1]!)] as const;
    return { node: name === "_&&_" ? "and" : "or", args: sides };
  }
  if (name === "@in") {
    return { node: "in", value: operandOf(context, args[0]!), list: listOf(context, args[1]!) };
  }
  const operator = operators.get(name);
  if (operator === undefined) throw notInSubset(context, expr);
  return {
    node: "compare",
    operator,
    left: operandOf(context, args[0]!),
    right: operandOf(context, args[1]!),
  };
}

function listOf(context: CompileContext, expr: Expr): FilterConstant[] {
  if (expr.exprKind.case !== "listExpr") throw notInSubset(context, expr);
  return expr.exprKind.value.elements.map((element) => {
    const operand = operandOf(context, element);
    if (operand.node === "constant") return operand;
    throw nodeError(context, element, "the list of in has a field", "Write single values in the list.");
  });
}

function operandOf(context: CompileContext, expr: Expr): FilterOperand {
  const field = placeOf(context, expr);
  if (field !== undefined) {
    const kind = kindOf([...context.inputs.values()].find(({ index }) => index === field)!.input.type);
    if (elementKindOf(kind) === undefined) return { node: "field", field, kind: kind as ScalarKind };
    throw nodeError(context, expr, "filters do not read lists", "Compare fields with single values.");
  }
  const { exprKind } = expr;
  const isTime =
    exprKind.case === "callExpr" &&
    exprKind.value.function === "timestamp" &&
    exprKind.value.target === undefined &&
    exprKind.value.args[0]?.exprKind.case === "constExpr";
  if (exprKind.case !== "constExpr" && !isTime) throw notInSubset(context, expr);
  const { kind, run } = compileNode(context, expr);
  const value = run([]);
  if (value === failed) throw nodeError(context, expr, "this is not a time", "Write it as RFC 3339 has it.");
  return { node: "constant", kind: kind as ScalarKind | "null", value: value as FilterConstant["value"] };
}

/** The event field that an expression is; undefined where it is none. */
function placeOf({ inputs }: CompileContext, { exprKind }: Expr): number | undefined {
  if (exprKind.case === "identExpr") return inputs.get(exprKind.value.name)?.index;
  if (exprKind.case !== "selectExpr") return undefined;
  const owner = exprKind.value.operand?.exprKind;
  return owner?.case === "identExpr"
    ? inputs.get(`${owner.value.name}.${exprKind.value.field}`)?.index
    : undefined;
}

function notInSubset(context: CompileContext, expr: Expr) {
  const hint = "Use comparisons of event fields with values, in, &&, ||, ! and has(event.field).";
  return nodeError(context, expr, "filters do not have this", hint);
}
