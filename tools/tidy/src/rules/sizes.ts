import ts from "typescript";
import { codeRule, parse, placeOf, walk } from "../source-file.ts";
import type { Rule, SourceFile, Violation } from "../source-file.ts";

const fileLinesMax = 400;
const functionLinesMax = 70;

/** A group of tests is a list, not a function that somebody has to hold in mind at once. */
function isTestGroup(node: ts.SignatureDeclaration & { readonly body?: ts.Node | undefined }): boolean {
  if (ts.isCallExpression(node.parent) && /^(describe|suite)/.test(node.parent.expression.getText()))
    return true;
  return node.body !== undefined && ts.isBlock(node.body) && node.body.statements.some(declaresTests);
}

/** A suite that several engines pass is a function that declares tests. */
function declaresTests(statement: ts.Statement): boolean {
  if (!ts.isExpressionStatement(statement) || !ts.isCallExpression(statement.expression)) return false;
  return /^(describe|it|test)\b/.test(statement.expression.expression.getText());
}

function linesOf(tree: ts.SourceFile, node: ts.Node): number {
  const first = tree.getLineAndCharacterOfPosition(node.getStart(tree)).line;
  return tree.getLineAndCharacterOfPosition(node.getEnd()).line - first + 1;
}

/** Files and functions stay short enough to be read at once. */
export const sizes: Rule = codeRule("files and functions are short", (file: SourceFile) => {
  const violations: Violation[] = [];
  const lines = file.text.split("\n").length - 1;
  if (lines > fileLinesMax) {
    const message = `has ${lines} lines, ${fileLinesMax} are allowed. Split it by what its parts do.`;
    violations.push({ where: file.path, message });
  }
  const tree = parse(file);
  walk(tree, (node) => {
    if (!ts.isFunctionLike(node) || !("body" in node) || isTestGroup(node)) return;
    const count = linesOf(tree, node);
    if (count <= functionLinesMax) return;
    const message = `a function of ${count} lines, ${functionLinesMax} are allowed. Name its parts as functions.`;
    violations.push({ where: placeOf(file, node), message });
  });
  return violations;
});
