import ts from "typescript";
import { codeRule, isTest, parse, placeOf } from "../source-file.ts";
import type { Rule } from "../source-file.ts";

function isExported(statement: ts.Statement): boolean {
  if (!ts.canHaveModifiers(statement)) return false;
  return (
    ts.getModifiers(statement)?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword) ?? false
  );
}

/** Whoever uses a library reads its comments, not its code. */
export const documentedExports: Rule = codeRule("every export of a library has a doc comment", (file) => {
  if (isTest(file) || !file.path.startsWith("libs/") || !file.path.endsWith(".ts")) return [];
  const overloads = new Set<string>();
  return parse(file).statements.flatMap((statement) => {
    if (!isExported(statement)) return [];
    const name = ts.isFunctionDeclaration(statement) ? (statement.name?.text ?? "") : "";
    if (ts.getJSDocCommentsAndTags(statement).length > 0) {
      overloads.add(name);
      return [];
    }
    // The first overload carries the comment of all.
    if (name !== "" && overloads.has(name)) return [];
    const message =
      "is exported without a doc comment. Say what it is, in which units and ranges, and what it throws.";
    return [{ where: placeOf(file, statement), message }];
  });
});
