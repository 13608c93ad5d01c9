import { suggest } from "@timewell/errors";
import { listElementsMax, type FeatureType, type FeatureValue } from "@timewell/row";
import {
  nodeError,
  type CompileContext,
  type ExpressionInput,
  type Node,
  type Run,
} from "./compile-context.ts";
import { elementKindOf, kindOf } from "./kind.ts";
import type { Expr } from "./parse-expression.ts";

/** The selection of a field of a parsed expression. */
type Select = Extract<Expr["exprKind"], { case: "selectExpr" }>["value"];

/** Compiles a bare name: the variable of a macro, request data or a request key. */
export function compileName(context: CompileContext, expr: Expr, name: string): Node {
  const variable = context.variables.get(name);
  if (variable !== undefined) {
    return { kind: variable.kind, cost: 1, sizeMax: 0, run: () => variable.value };
  }
  const known = context.inputs.get(name);
  if (known !== undefined) return read(context, known);
  const names = [...context.inputs.keys()];
  const field = names.find((candidate) => candidate.startsWith(`${name}.`));
  if (field !== undefined) {
    throw nodeError(
      context,
      expr,
      `${name} is a view, not a value`,
      `Name a feature of it, for example ${field}.`,
    );
  }
  const hint = suggest(name, [...context.variables.keys(), ...names], "names in reach");
  throw nodeError(context, expr, `there is no ${name}`, hint);
}

/** Compiles `view.feature`, and `has(view.feature)`: true iff the feature is not NULL. */
export function compileSelect(
  context: CompileContext,
  expr: Expr,
  { operand, field, testOnly }: Select,
): Node {
  const owner = operand?.exprKind.case === "identExpr" ? operand.exprKind.value.name : undefined;
  if (owner === undefined || context.variables.has(owner)) {
    const hint = "Only views and aliases have fields: write view.feature.";
    throw nodeError(context, expr, `this value has no field ${field}`, hint);
  }
  const name = `${owner}.${field}`;
  const known = context.inputs.get(name);
  if (known === undefined) throw unknownFeature(context, operand!, owner, name);
  const node = read(context, known);
  if (!testOnly) return node;
  const { run } = node;
  return { kind: "bool", cost: node.cost + 1, sizeMax: 0, run: (inputs) => run(inputs) !== null };
}

function unknownFeature(context: CompileContext, operand: Expr, owner: string, name: string) {
  const names = [...context.inputs.keys()];
  const own = names.filter((candidate) => candidate.startsWith(`${owner}.`));
  if (own.length === 0 && context.inputs.has(owner)) {
    return nodeError(
      context,
      operand,
      `${owner} is a single value and has no fields`,
      `Write ${owner} alone.`,
    );
  }
  const hint = suggest(name, own.length > 0 ? own : names, "names in reach");
  const problem =
    own.length > 0 ? `there is no ${name} among the features of the service` : `there is no ${name}`;
  return nodeError(context, operand, problem, hint);
}

function read(
  context: CompileContext,
  { input, index }: { readonly input: ExpressionInput; readonly index: number },
): Node {
  context.used.add(index);
  const kind = kindOf(input.type);
  const isList = elementKindOf(kind) !== undefined;
  const sizeMax = !isList ? 0 : input.dimension > 0 ? input.dimension : listElementsMax;
  return { kind, cost: 1, sizeMax, run: reader(input.type, index) };
}

/** 32-bit integers are numbers in memory; expressions have one kind of integer. */
function reader(type: FeatureType, index: number): Run {
  if (type === "INT32") {
    return (inputs) => {
      const value = inputs[index] as number | null;
      return value === null ? null : BigInt(value);
    };
  }
  if (type === "INT32_LIST") {
    let last: readonly number[] = [];
    let converted: readonly bigint[] = [];
    return (inputs) => {
      const values = inputs[index] as readonly number[] | null;
      if (values === null) return null;
      // Within a macro the same list is read many times.
      if (values !== last) converted = values.map(BigInt);
      last = values;
      return converted;
    };
  }
  return (inputs) => inputs[index] as Exclude<FeatureValue, undefined>;
}
