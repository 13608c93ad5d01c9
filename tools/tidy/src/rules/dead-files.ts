import path from "node:path";
import ts from "typescript";
import { isCode, isTest, parse, walk } from "../source-file.ts";
import type { Rule, SourceFile } from "../source-file.ts";

const configFiles = ["eslint.config.js", "vitest.config.ts"];

function isRoot(file: SourceFile): boolean {
  return isTest(file) || configFiles.includes(file.path) || /\/src\/(index|main)\.ts$/.test(file.path);
}

/** Every string that could name a file: imports, `new URL(…)`, setup files, and the words of npm scripts. */
function namedStrings(file: SourceFile): string[] {
  if (file.path.endsWith("package.json")) return file.text.split(/["\s]+/);
  const strings: string[] = [];
  walk(parse(file), (node) => {
    if (ts.isStringLiteralLike(node)) strings.push(node.text);
  });
  return strings;
}

/** A file that nothing starts, imports or tests is left over. */
export const deadFiles: Rule = {
  name: "every source file is reached from an index, a main, a test or an npm script",
  check: (files) => {
    const code = new Map(files.filter(isCode).map((file) => [file.path, file]));
    const manifests = files.filter((file) => /(^|\/)package\.json$/.test(file.path));
    const queue = [...manifests, ...[...code.values()].filter(isRoot)];
    const reached = new Set(queue);
    for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
      for (const name of namedStrings(file)) {
        const relative = path.posix.join(path.posix.dirname(file.path), name);
        const target = code.get(relative) ?? code.get(path.posix.normalize(name));
        if (target === undefined || reached.has(target)) continue;
        reached.add(target);
        queue.push(target);
      }
    }
    return [...code.values()]
      .filter((file) => !reached.has(file))
      .map((file) => ({
        where: file.path,
        message: "is reached from nowhere. Use it, test it or delete it.",
      }));
  },
};
