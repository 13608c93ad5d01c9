import { suggest } from "@timewell/errors";
import { nodeError, type CompileContext, type Node } from "./compile-context.ts";
import { compileConditional, compileJunction } from "./compile-logic.ts";
import { compileMatches } from "./compile-matches.ts";
import { compileNode } from "./compile-node.ts";
import { generics } from "./generics.ts";
import { functions } from "./functions/functions.ts";
import { unite } from "./kind.ts";
import type { Overload } from "./overload.ts";
import type { Expr } from "./parse-expression.ts";
import { strictCall } from "./strict-call.ts";

/** A call of a parsed expression. */
type Call = Extract<Expr["exprKind"], { case: "callExpr" }>["value"];

const macros = ["all", "exists", "exists_one", "filter", "map"];

/** Compiles an operator, a function or a method. */
export function compileCall(context: CompileContext, expr: Expr, call: Call): Node {
  const { name, args } = calleeOf(context, call);
  if (name === ".matches") return compileMatches(context, expr, args);
  const control = own(controls, name);
  const generic = own(generics, name);
  const overloads = own(functions, name);
  if (control === undefined && generic === undefined && overloads === undefined) {
    throw unknownFunction(context, expr, name);
  }
  const nodes = args.map((arg) => compileNode(context, arg));
  if (control !== undefined) return control(context, expr, args, nodes);
  const overload =
    generic?.(nodes.map((node) => node.kind)) ?? overloads?.find((candidate) => takes(candidate, nodes));
  if (overload === undefined) throw wrongArguments(context, expr, name, nodes);
  const sizes = nodes.reduce((sum, node) => sum + node.sizeMax, 0);
  return {
    kind: overload.result,
    cost: nodes.reduce(
      (sum, node) => sum + node.cost,
      overload.cost + (overload.walks === false ? 0 : sizes),
    ),
    sizeMax: overload.result.startsWith("list<") ? sizes : 0,
    run:
      overload.run?.(nodes.map((node) => node.run)) ??
      strictCall(
        overload,
        nodes.map((node) => node.run),
      ),
  };
}

const controls: Readonly<
  Record<string, (context: CompileContext, expr: Expr, args: readonly Expr[], nodes: readonly Node[]) => Node>
> = {
  "_&&_": (context, _expr, args, nodes) => compileJunction(context, args, nodes, false),
  "_||_": (context, _expr, args, nodes) => compileJunction(context, args, nodes, true),
  "_?_:_": compileConditional,
};

/** `math.abs(x)` is a function of a namespace, `text.size()` a method whose first argument is the text. */
function calleeOf(context: CompileContext, call: Call): { name: string; args: readonly Expr[] } {
  const { target, args } = call;
  if (target === undefined) return { name: call.function, args };
  const owner = target.exprKind.case === "identExpr" ? target.exprKind.value.name : undefined;
  if (owner !== undefined && !context.variables.has(owner) && !context.inputs.has(owner)) {
    const name = `${owner}.${call.function}`;
    if (own(functions, name) !== undefined) return { name, args };
  }
  return { name: `.${call.function}`, args: [target, ...args] };
}

/** Every object has members like `constructor` that it does not own. */
function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function takes(overload: Overload, nodes: readonly Node[]): boolean {
  const { parameters } = overload;
  return (
    parameters.length === nodes.length &&
    parameters.every((kind, i) => nodes[i]!.kind !== "null" && unite(kind, nodes[i]!.kind) === kind)
  );
}

function unknownFunction(context: CompileContext, expr: Expr, name: string) {
  const bare = name.replace(/^\./, "");
  if (name.startsWith(".") && macros.includes(bare)) {
    const hint = `Write list.${bare}(x, …x…), with a name that nothing else has.`;
    return nodeError(context, expr, `${bare} takes a name and an expression`, hint);
  }
  if (bare === "has") {
    return nodeError(context, expr, "has takes a feature", "Write has(view.feature), or name != null.");
  }
  const names = [...Object.keys(functions), ...Object.keys(generics), ".matches"]
    .filter((known) => /^\.?[a-zA-Z]/.test(known))
    .map((known) => known.replace(/^\./, ""));
  const known = suggest(bare, names, "functions");
  return nodeError(context, expr, `there is no function ${bare}`, known);
}

function wrongArguments(context: CompileContext, expr: Expr, name: string, nodes: readonly Node[]) {
  const shown = name.replace(/^\.|_(?!.*[a-z])/g, "").replace("@in", "in") || name;
  const got = nodes.map((node) => node.kind).join(" and ") || "nothing";
  const kinds = new Set(nodes.map((node) => node.kind));
  const isMixed = kinds.has("int") && kinds.has("double");
  const offered = (own(functions, name) ?? []).slice(0, 4).map(({ parameters }) => parameters.join(" and "));
  const hint = isMixed
    ? "Convert one of them with double(…) or int(…), or write 1.0 for 1."
    : offered.length > 0
      ? `It takes ${offered.join(", or ")}.`
      : "Convert one of them.";
  return nodeError(context, expr, `${shown} does not take ${got}`, hint);
}
