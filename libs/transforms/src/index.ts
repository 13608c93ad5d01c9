export { compileExpression } from "./compile-expression.ts";
export { compileFullMatch } from "./full-match.ts";
export { compareText } from "./functions/compare.ts";
export type { ExpressionInput } from "./compile-context.ts";
export type { Expression } from "./expression.ts";
export type { ExpressionSource } from "./expression-error.ts";
export type { ResultType } from "./to-feature.ts";
export { expressionCharsMax, expressionCostMax, expressionDepthMax, macroNestingMax } from "./limits.ts";
