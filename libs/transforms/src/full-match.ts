import { RE2JS } from "@bufbuild/re2";
import { expressionError, type ExpressionSource } from "./expression-error.ts";
import { expressionCharsMax } from "./limits.ts";

/**
 * Makes a test of whole texts against a regular expression in RE2's syntax, whose matches need time in proportion to the
 * text. INVALID_DEFINITION where it is none, LIMIT_EXCEEDED over 4,096 characters.
 */
export function compileFullMatch(source: ExpressionSource): (text: string) => boolean {
  const { length } = source.text;
  if (length > expressionCharsMax) {
    const problem = `got ${length} characters, at most ${expressionCharsMax} are allowed`;
    throw expressionError(source, undefined, problem, "Shorten it.", "LIMIT_EXCEEDED");
  }
  const regex = compile(source);
  return (text) => regex.testExact(text);
}

function compile(source: ExpressionSource): RE2JS {
  try {
    return RE2JS.compile(source.text);
  } catch {
    const problem = "it is not a regular expression of RE2";
    throw expressionError(source, undefined, problem, "Check its brackets and escapes.");
  }
}
