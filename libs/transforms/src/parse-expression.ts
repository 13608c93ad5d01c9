import { parse } from "@bufbuild/cel";
import { expressionError, type ExpressionSource } from "./expression-error.ts";
import { expressionCharsMax, expressionDepthMax } from "./limits.ts";

/** A node of a parsed expression, as CEL's parser makes it. */
export type Expr = NonNullable<ReturnType<typeof parse>["expr"]>;

/** A parsed expression. */
export interface ParsedExpression {
  readonly root: Expr;
  /** Where a node begins in the text, UTF-16 code units from 0. */
  offsetOf(node: Expr): number | undefined;
}

/** Parses an expression. Throws LIMIT_EXCEEDED for one that is too long or too deep, INVALID_DEFINITION for bad syntax. */
export function parseExpression(source: ExpressionSource): ParsedExpression {
  const { text } = source;
  if (text.length > expressionCharsMax) {
    const problem = `got ${text.length} characters, at most ${expressionCharsMax} are allowed`;
    throw expressionError(source, undefined, problem, "Split it into several features.", "LIMIT_EXCEEDED");
  }
  if (text.trim() === "") {
    const hint = "Write an expression, for example origin.mean_delay > 15.0.";
    throw expressionError(source, undefined, "it is empty", hint);
  }
  // The parser recurses, and takes its time over brackets that do not close.
  const deep = firstBelow(text, expressionDepthMax);
  if (deep !== undefined) throw tooDeep(source, deep);
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(text);
  } catch (error) {
    throw syntaxError(source, error);
  }
  const positions = parsed.sourceInfo?.positions ?? {};
  return { root: parsed.expr!, offsetOf: (node) => positions[String(node.id)] };
}

/** The error for nesting deeper than allowed. */
export function tooDeep(source: ExpressionSource, offset: number | undefined) {
  const problem = `it is nested deeper than ${expressionDepthMax} levels`;
  return expressionError(source, offset, problem, "Split it into several features.", "LIMIT_EXCEEDED");
}

/** The first bracket, outside of texts, that stands in more than `depthMax` others. */
function firstBelow(text: string, depthMax: number): number | undefined {
  const tokens = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[([{]|[)\]}]/g;
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if ("([{".includes(token) && ++depth > depthMax) return index;
    if (")]}".includes(token)) depth--;
  }
  return undefined;
}

function syntaxError(source: ExpressionSource, error: unknown) {
  // Literals that cannot be, such as half of a surrogate pair, end in errors of other kinds.
  const { rawMessage = "it is no expression", location, found } = error as ParserError;
  const offset = location?.start.offset;
  const problem =
    found === undefined || offset === undefined ? rawMessage : `the expression cannot go on with ${found}`;
  return expressionError(source, offset, problem, "Write it in CEL, for example a > 1 && b != null.");
}

/** What the parser tells of an error. */
interface ParserError {
  readonly rawMessage?: string;
  readonly location?: { readonly start: { readonly offset: number } };
  readonly found?: string;
}
