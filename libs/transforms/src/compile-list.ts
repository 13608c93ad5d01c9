import { compileNode } from "./compile-node.ts";
import { nodeError, type CompileContext, type Node } from "./compile-context.ts";
import { listKindOf, unite, type Kind } from "./kind.ts";
import type { Expr } from "./parse-expression.ts";
import { failed, type Value } from "./value.ts";

/** Compiles `[a, b, …]`: elements of one kind, which may be NULL. */
export function compileList(context: CompileContext, expr: Expr, elements: readonly Expr[]): Node {
  const nodes = elements.map((element) => compileNode(context, element));
  let element: Kind = "null";
  nodes.forEach((node, i) => {
    const united = unite(element, node.kind);
    if (united === undefined) {
      const problem = `a list cannot hold ${element} and ${node.kind}`;
      throw nodeError(context, elements[i]!, problem, "Convert one of them.");
    }
    element = united;
  });
  const kind = listKindOf(element);
  if (kind === undefined) throw listOfLists(context, expr);
  const runs = nodes.map((node) => node.run);
  return {
    kind,
    cost: nodes.reduce((sum, node) => sum + node.cost, 1),
    sizeMax: nodes.length,
    run(inputs) {
      const values: Value[] = [];
      for (const run of runs) {
        const value = run(inputs);
        if (value === failed) return failed;
        values.push(value);
      }
      return values;
    },
  };
}

/** The error for a list in a list. */
export function listOfLists(context: CompileContext, expr: Expr) {
  return nodeError(context, expr, "lists of lists are not supported", "Use one list.");
}
