import ts from "typescript";

/** One text file of the repository. */
export interface SourceFile {
  /** Relative to the repository's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** One breach of a rule. */
export interface Violation {
  /** `path:line`, or only the path where the line does not matter. */
  readonly where: string;
  /** What is wrong, and what to write instead. */
  readonly message: string;
}

/** A rule over the whole repository. */
export interface Rule {
  /** A sentence that the rule makes true. */
  readonly name: string;
  check(files: readonly SourceFile[]): Violation[];
}

const parsed = new WeakMap<SourceFile, ts.SourceFile>();

/** The syntax tree of a TypeScript or JavaScript file; parsed once. */
export function parse(file: SourceFile): ts.SourceFile {
  let tree = parsed.get(file);
  if (tree === undefined) {
    tree = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, true);
    parsed.set(file, tree);
  }
  return tree;
}

/** True for code that people write: not generated. */
export function isCode(file: SourceFile): boolean {
  return /\.(ts|mjs|js)$/.test(file.path) && !isGenerated(file);
}

/** True for what a generator wrote. */
export function isGenerated(file: SourceFile): boolean {
  return /\/(src|model_server)\/gen\//.test(file.path);
}

/** True for tests and their data. */
export function isTest(file: SourceFile): boolean {
  return /\.(test|testdata)\.ts$/.test(file.path);
}

/** Calls `visit` for every node of a tree, parents first. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** The place of a node, for a message. */
export function placeOf(file: SourceFile, node: ts.Node): string {
  const tree = parse(file);
  return `${file.path}:${tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1}`;
}

/** Makes a rule that looks at each code file alone. */
export function codeRule(name: string, check: (file: SourceFile) => Violation[]): Rule {
  return { name, check: (files) => files.filter(isCode).flatMap(check) };
}
