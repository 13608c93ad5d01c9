import type { Expr } from "./parse-expression.ts";

/** A macro as the parser expands it. */
export type Comprehension = Extract<Expr["exprKind"], { case: "comprehensionExpr" }>["value"];

/** A macro as it was written. */
export interface Macro {
  readonly name: "all" | "exists" | "exists_one" | "filter" | "map";
  /** Condition of each element. */
  readonly test?: Expr;
  /** What `map` makes of each element. */
  readonly item?: Expr;
}

/** Reads a macro from its expansion: what the result starts with, and how each element changes it, tell them apart. */
export function readMacro({ accuInit, loopStep, iterVar }: Comprehension): Macro {
  const step = argumentsOf(loopStep);
  const start = accuInit?.exprKind;
  if (start?.case === "constExpr") {
    const { constantKind } = start.value;
    if (constantKind.case === "int64Value") return { name: "exists_one", test: step[0]! };
    return { name: constantKind.value === true ? "all" : "exists", test: step[1]! };
  }
  if (step.length === 2) return { name: "map", item: itemOf(step[1]!) };
  const item = itemOf(argumentsOf(step[1])[1]!);
  const isSame = item.exprKind.case === "identExpr" && item.exprKind.value.name === iterVar;
  return isSame ? { name: "filter", test: step[0]! } : { name: "map", test: step[0]!, item };
}

function argumentsOf(expr: Expr | undefined): readonly Expr[] {
  return expr?.exprKind.case === "callExpr" ? expr.exprKind.value.args : [];
}

/** The element of the one-element list that is appended. */
function itemOf(list: Expr): Expr {
  return list.exprKind.case === "listExpr" ? list.exprKind.value.elements[0]! : list;
}
