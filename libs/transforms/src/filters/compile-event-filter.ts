import { compileNode } from "../compile-node.ts";
import { nodeError, type CompileContext, type ExpressionInput } from "../compile-context.ts";
import { expressionError, type ExpressionSource } from "../expression-error.ts";
import { parseExpression } from "../parse-expression.ts";
import type { EventFilter } from "./event-filter.ts";
import { filterTree } from "./filter-tree.ts";

/**
 * Checks the filter of an aggregate against the event fields, and makes it ready to be asked: comparisons of fields and literals,
 * `in` with a list of literals, `&&`, `||`, `!`, `has(event.field)`, and `timestamp("…")` of a literal. A field is `field` or
 * `event.field`.
 *
 * Throws INVALID_DEFINITION for bad syntax, an unknown field, a wrong type, or what is not in the subset; LIMIT_EXCEEDED for
 * length or depth.
 */
export function compileEventFilter(
  source: ExpressionSource,
  fields: readonly ExpressionInput[],
): EventFilter {
  const parsed = parseExpression(source);
  const used = new Set<number>();
  const inputs = new Map<string, { input: ExpressionInput; index: number }>();
  fields.forEach((input, index) => {
    inputs.set(input.name, { input, index });
    inputs.set(`event.${input.name}`, { input, index });
  });
  const context: CompileContext = {
    source,
    parsed,
    inputs,
    variables: new Map(),
    used,
    depth: 0,
    macros: 0,
  };
  const { kind, run } = compileNode(context, parsed.root);
  if (kind !== "bool") {
    const problem = `it gives ${kind === "null" ? "NULL always" : kind}, expected bool`;
    throw expressionError(source, undefined, problem, "Compare it with something.");
  }
  const tree = filterTree(context, parsed.root);
  if (used.size === 0) {
    throw nodeError(
      context,
      parsed.root,
      "it reads no event field",
      "Leave the filter out to count all events.",
    );
  }
  return Object.freeze({
    text: source.text,
    tree,
    fields: Object.freeze([...used].sort((a, b) => a - b)),
    accepts: (values) => run(values) === true,
  } satisfies EventFilter);
}
