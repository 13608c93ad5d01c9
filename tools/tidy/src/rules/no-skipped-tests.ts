import ts from "typescript";
import { isTest, parse, placeOf, walk } from "../source-file.ts";
import type { Rule, SourceFile, Violation } from "../source-file.ts";

const skipping = new Set(["skip", "only", "todo", "skipIf", "runIf", "fails"]);
const pythonSkip = /^\s*@?(pytest\.mark\.(skip|xfail)|unittest\.skip|pytest\.skip\()/;

function skippedTypeScript(file: SourceFile): Violation[] {
  const violations: Violation[] = [];
  walk(parse(file), (node) => {
    if (!ts.isPropertyAccessExpression(node) || !skipping.has(node.name.text)) return;
    if (!/^(test|it|describe|suite)\b/.test(node.expression.getText())) return;
    const message = `.${node.name.text} leaves tests out. Run them all, or delete the test.`;
    violations.push({ where: placeOf(file, node), message });
  });
  return violations;
}

function skippedPython(file: SourceFile): Violation[] {
  return file.text.split("\n").flatMap((line, index) => {
    if (!pythonSkip.test(line)) return [];
    return [{ where: `${file.path}:${index + 1}`, message: "leaves a test out. Run it, or delete it." }];
  });
}

/** What is green has run. */
export const noSkippedTests: Rule = {
  name: "no test is left out",
  check: (files) => [
    ...files
      .filter((file) => isTest(file) || file.path.startsWith("libs/stores/conformance/"))
      .flatMap(skippedTypeScript),
    ...files.filter((file) => file.path.endsWith(".py")).flatMap(skippedPython),
  ],
};
