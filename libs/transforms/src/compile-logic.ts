import { nodeError, type CompileContext, type Node, type Run } from "./compile-context.ts";
import { unite } from "./kind.ts";
import type { Expr } from "./parse-expression.ts";
import { failed, type Result } from "./value.ts";

/**
 * Joins two truths with && (`decisive` false) or || (true): one that is decisive decides, whatever the other is; else
 * what failed, then what is NULL.
 */
export function joinTruths(a: Result, b: Result, decisive: boolean): Result {
  if (a === decisive || b === decisive) return decisive;
  if (a === failed || b === failed) return failed;
  return a === null || b === null ? null : !decisive;
}

/** Compiles && and ||. */
export function compileJunction(
  context: CompileContext,
  args: readonly Expr[],
  nodes: readonly Node[],
  decisive: boolean,
): Node {
  const operator = decisive ? "||" : "&&";
  nodes.forEach((node, i) => requireBool(context, args[i]!, node, operator));
  const [a, b] = nodes as readonly [Node, Node];
  const run: Run = (inputs) => {
    const left = a.run(inputs);
    return left === decisive ? left : joinTruths(left, b.run(inputs), decisive);
  };
  return { kind: "bool", cost: a.cost + b.cost + 1, sizeMax: 0, run };
}

/** Compiles `condition ? a : b`; a condition that is NULL or failed makes the result so, and only one branch runs. */
export function compileConditional(
  context: CompileContext,
  expr: Expr,
  args: readonly Expr[],
  nodes: readonly Node[],
): Node {
  const [condition, yes, no] = nodes as readonly [Node, Node, Node];
  requireBool(context, args[0]!, condition, "?");
  const kind = unite(yes.kind, no.kind);
  if (kind === undefined) {
    const problem = `the branches of ? are ${yes.kind} and ${no.kind}`;
    throw nodeError(context, expr, problem, "Make them of one kind; write 1.0 for a double, 1 for an int.");
  }
  return {
    kind,
    cost: condition.cost + Math.max(yes.cost, no.cost) + 1,
    sizeMax: Math.max(yes.sizeMax, no.sizeMax),
    run(inputs) {
      const holds = condition.run(inputs);
      if (holds === true) return yes.run(inputs);
      return holds === false ? no.run(inputs) : holds;
    },
  };
}

/** Refuses what is not a truth. */
export function requireBool(context: CompileContext, expr: Expr, node: Node, what: string): void {
  if (node.kind === "bool") return;
  throw nodeError(context, expr, `${what} takes a bool, got ${node.kind}`, "Compare it with something.");
}
