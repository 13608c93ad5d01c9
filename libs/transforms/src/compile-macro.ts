import { nodeError, type CompileContext, type Node, type Variable } from "./compile-context.ts";
import { joinTruths, requireBool } from "./compile-logic.ts";
import { listOfLists } from "./compile-list.ts";
import { compileNode } from "./compile-node.ts";
import { expressionError } from "./expression-error.ts";
import { elementKindOf, listKindOf } from "./kind.ts";
import { macroNestingMax } from "./limits.ts";
import { readMacro, type Comprehension, type Macro } from "./read-macro.ts";
import type { Expr } from "./parse-expression.ts";
import { failed, type Result, type Value } from "./value.ts";

/** Compiles `list.exists(x, …)`, `all`, `exists_one`, `filter` and `map`. */
export function compileMacro(context: CompileContext, expr: Expr, comprehension: Comprehension): Node {
  if (context.macros >= macroNestingMax) {
    const problem = `macros over lists are nested deeper than ${macroNestingMax} levels`;
    const offset = context.parsed.offsetOf(expr);
    throw expressionError(
      context.source,
      offset,
      problem,
      "Split it into several features.",
      "LIMIT_EXCEEDED",
    );
  }
  const macro = readMacro(comprehension);
  const list = compileNode(context, comprehension.iterRange!);
  const element = elementKindOf(list.kind);
  if (element === undefined) {
    throw nodeError(context, expr, `${macro.name} takes a list, got ${list.kind}`, "Use it on a list.");
  }
  const variable: Variable = { kind: element, value: null };
  const inner = innerContext(context, expr, comprehension.iterVar, variable);
  const test = macro.test === undefined ? undefined : compileNode(inner, macro.test);
  if (test !== undefined) requireBool(context, macro.test!, test, macro.name);
  const item = macro.item === undefined ? undefined : compileNode(inner, macro.item);
  const itemKind = item?.kind ?? element;
  const isListMade = macro.name === "map" || macro.name === "filter";
  const listKind = listKindOf(itemKind);
  if (listKind === undefined) throw listOfLists(context, expr);
  const each = (test?.cost ?? 0) + (item?.cost ?? 0) + 1;
  const loop = loopOf(macro, test, item);
  return {
    kind: isListMade ? listKind : "bool",
    cost: list.cost + list.sizeMax * each,
    sizeMax: isListMade ? list.sizeMax : 0,
    run(inputs) {
      const values = list.run(inputs);
      if (values === null || values === failed) return values;
      return loop(values as readonly Value[], variable, inputs);
    },
  };
}

function innerContext(context: CompileContext, expr: Expr, name: string, variable: Variable): CompileContext {
  const isTaken = [...context.inputs.keys()].some((known) => known === name || known.startsWith(`${name}.`));
  if (isTaken || context.variables.has(name)) {
    throw nodeError(
      context,
      expr,
      `the variable ${name} has the name of something else`,
      "Give it another name.",
    );
  }
  const variables = new Map([...context.variables, [name, variable]]);
  return { ...context, variables, macros: context.macros + 1 };
}

type Inputs = Parameters<Node["run"]>[0];
type Loop = (values: readonly Value[], variable: Variable, inputs: Inputs) => Result;

function loopOf({ name }: Macro, test: Node | undefined, item: Node | undefined): Loop {
  switch (name) {
    case "exists":
      return junction(test!, true);
    case "all":
      return junction(test!, false);
    case "exists_one":
      return counter(test!);
    case "filter":
    case "map":
      return builder(test, item);
  }
}

function junction(test: Node, decisive: boolean): Loop {
  return (values, variable, inputs) => {
    let joined: Result = !decisive;
    for (const value of values) {
      variable.value = value;
      joined = joinTruths(joined, test.run(inputs), decisive);
      if (joined === decisive) return joined;
    }
    return joined;
  };
}

function counter(test: Node): Loop {
  return (values, variable, inputs) => {
    let count = 0;
    let isNull = false;
    for (const value of values) {
      variable.value = value;
      const holds = test.run(inputs);
      if (holds === failed) return failed;
      if (holds === null) isNull = true;
      else if (holds === true) count++;
    }
    return isNull ? null : count === 1;
  };
}

function builder(test: Node | undefined, item: Node | undefined): Loop {
  return (values, variable, inputs) => {
    const made: Value[] = [];
    let isNull = false;
    for (const value of values) {
      variable.value = value;
      const holds = test === undefined ? true : test.run(inputs);
      if (holds === failed) return failed;
      if (holds === null) isNull = true;
      if (holds !== true) continue;
      const result = item === undefined ? value : item.run(inputs);
      if (result === failed) return failed;
      made.push(result);
    }
    return isNull ? null : made;
  };
}
