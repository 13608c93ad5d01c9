import ts from "typescript";
import { codeRule, isTest, placeOf, parse, walk } from "../source-file.ts";
import type { Rule, SourceFile } from "../source-file.ts";

const replacements: Record<string, string> = {
  "Date.now": "Take a Clock (@timewell/ttl) and call clock.nowUs().",
  "new Date()": "Take a Clock (@timewell/ttl) and call clock.nowUs().",
  "performance.now": "Take a Clock (@timewell/ttl) and call clock.monotonicMs().",
  "Math.random": "Take the randomness as an argument; main.ts passes it in.",
  "process.env": "Read the environment in main.ts and pass the configuration in.",
  console: "Take a logger; main.ts passes it in.",
  setTimeout: "Take a Clock (@timewell/ttl) and await clock.sleep().",
  setInterval: "Take a Clock (@timewell/ttl) and loop over clock.sleep().",
};

/** Where the outside world may be touched directly. */
const allowed = [
  /(^|\/)main\.(ts|mjs)$/,
  /^apps\/cli\//,
  /^(tools|examples)\//,
  /^libs\/stores\/conformance\//,
  /^libs\/core\/ttl\/src\/system-clock\.ts$/,
];

function isDeclaredName(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  return (
    (ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isMethodSignature(parent)) &&
    parent.name === node
  );
}

/** The key into `replacements` of a node, where it is one of the banned things. */
function bannedName(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) {
    const name = `${node.expression.getText()}.${node.name.text}`.replace(/^globalThis\./, "");
    return Object.hasOwn(replacements, name) ? name : undefined;
  }
  if (ts.isNewExpression(node)) {
    const isNow = node.expression.getText() === "Date" && (node.arguments?.length ?? 0) === 0;
    return isNow ? "new Date()" : undefined;
  }
  if (!ts.isIdentifier(node) || isDeclaredName(node)) return undefined;
  return Object.hasOwn(replacements, node.text) ? node.text : undefined;
}

/** Time, randomness, environment and console come from outside, so that tests decide them. */
export const bannedCalls: Rule = codeRule(
  "clocks, randomness and environment are passed in",
  (file: SourceFile) => {
    if (isTest(file) || !/^(libs|apps)\//.test(file.path) || allowed.some((a) => a.test(file.path)))
      return [];
    const violations: ReturnType<Rule["check"]> = [];
    walk(parse(file), (node) => {
      const name = bannedName(node);
      if (name === undefined) return;
      violations.push({ where: placeOf(file, node), message: `${name} is used here. ${replacements[name]}` });
    });
    return violations;
  },
);
