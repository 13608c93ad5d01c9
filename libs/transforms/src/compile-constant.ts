import { nodeError, type CompileContext, type Node } from "./compile-context.ts";
import type { Kind } from "./kind.ts";
import type { Expr } from "./parse-expression.ts";
import type { Value } from "./value.ts";

/** A literal of a parsed expression. */
type Constant = Extract<Expr["exprKind"], { case: "constExpr" }>["value"];

/** Compiles a literal. */
export function compileConstant(context: CompileContext, expr: Expr, { constantKind }: Constant): Node {
  switch (constantKind.case) {
    case "boolValue":
      return constant("bool", constantKind.value);
    case "int64Value": {
      const { value } = constantKind;
      if (BigInt.asIntN(64, value) === value) return constant("int", value);
      throw nodeError(
        context,
        expr,
        `${value} does not fit into 64 bits`,
        "Write a double, for example 1e20.",
      );
    }
    case "doubleValue":
      return constant("double", constantKind.value);
    case "stringValue":
      return constant("string", constantKind.value);
    case "bytesValue":
      return constant("bytes", constantKind.value);
    case "nullValue":
      return constant("null", null);
    default:
      throw nodeError(context, expr, "unsigned integers are not supported", "Leave out the u.");
  }
}

function constant(kind: Kind, value: Value): Node {
  return { kind, cost: 1, sizeMax: 0, run: () => value };
}
