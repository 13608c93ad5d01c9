import type { FeatureType, FeatureValue } from "@timewell/row";
import { expressionError, type ExpressionSource } from "./expression-error.ts";
import type { Kind } from "./kind.ts";
import type { Expr, ParsedExpression } from "./parse-expression.ts";
import type { Result, Value } from "./value.ts";

/** A value that an expression may read. */
export interface ExpressionInput {
  /** `<view or alias>.<feature>`, or the bare name of request data or of a request key. */
  readonly name: string;
  readonly type: FeatureType;
  /** Elements of a FLOAT_VECTOR; 0 for other types. */
  readonly dimension: number;
}

/** Computes a part of an expression from the values of all declared inputs. */
export type Run = (inputs: readonly FeatureValue[]) => Result;

/** A checked part of an expression. */
export interface Node {
  readonly kind: Kind;
  /** Steps in the worst case. */
  readonly cost: number;
  /** Most elements where it is a list; 0 for others. */
  readonly sizeMax: number;
  readonly run: Run;
}

/** The variable of a macro, and its value while the macro runs: evaluations do not overlap. */
export interface Variable {
  readonly kind: Kind;
  value: Value;
}

/** What a part of an expression is compiled against. */
export interface CompileContext {
  readonly source: ExpressionSource;
  readonly parsed: ParsedExpression;
  readonly inputs: ReadonlyMap<string, { readonly input: ExpressionInput; readonly index: number }>;
  readonly variables: ReadonlyMap<string, Variable>;
  /** Places of the inputs that are read; filled while compiling. */
  readonly used: Set<number>;
  /** Levels above this part. */
  readonly depth: number;
  /** Macros around this part. */
  readonly macros: number;
}

/** An error about a node. */
export function nodeError(context: CompileContext, node: Expr, problem: string, hint: string) {
  return expressionError(context.source, context.parsed.offsetOf(node), problem, hint);
}
