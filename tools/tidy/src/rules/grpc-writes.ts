import ts from "typescript";
import { codeRule, isTest, parse, placeOf, walk } from "../source-file.ts";
import type { Rule, Violation } from "../source-file.ts";

/** The one place that writes to a grpc-js stream: it waits for drain. */
const writer = /^libs\/service\/src\/(.+\/)?write-with-drain\.ts$/;

/** grpc-js buffers without a bound where nobody waits for drain. */
export const grpcWrites: Rule = codeRule("streams are written with back-pressure", (file) => {
  if (isTest(file) || writer.test(file.path) || !/^(libs\/service|apps)\//.test(file.path)) return [];
  const violations: Violation[] = [];
  walk(parse(file), (node) => {
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return;
    if (node.expression.name.text !== "write" || !/(^|[.#])call$/.test(node.expression.expression.getText()))
      return;
    const message =
      "call.write() buffers all that the client does not read. Use writeWithDrain() of @timewell/service.";
    violations.push({ where: placeOf(file, node), message });
  });
  return violations;
});
