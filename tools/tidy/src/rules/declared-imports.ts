import { builtinModules } from "node:module";
import path from "node:path";
import ts from "typescript";
import { isCode, isTest, parse, placeOf } from "../source-file.ts";
import type { Rule, SourceFile, Violation } from "../source-file.ts";

interface Manifest {
  readonly name: string;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
}

function specifiers(file: SourceFile): ts.StringLiteral[] {
  return parse(file).statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    const from = statement.moduleSpecifier;
    return from !== undefined && ts.isStringLiteral(from) ? [from] : [];
  });
}

/** `@scope/name/deep` → `@scope/name`. */
function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

function nearestManifest(file: SourceFile, manifests: ReadonlyMap<string, Manifest>): Manifest | undefined {
  for (let folder = path.posix.dirname(file.path); ; folder = path.posix.dirname(folder)) {
    const manifest = manifests.get(folder);
    if (manifest !== undefined || folder === ".") return manifest;
  }
}

function checkFile(file: SourceFile, manifests: ReadonlyMap<string, Manifest>): Violation[] {
  const manifest = nearestManifest(file, manifests);
  if (manifest === undefined) return [];
  // Test tools stand in the root's package.json, once for all.
  const declared = new Set([
    manifest.name,
    ...Object.keys(manifest.dependencies ?? {}),
    ...(isTest(file) || file.path.startsWith("tools/")
      ? Object.keys(manifests.get(".")?.devDependencies ?? {})
      : []),
    ...Object.keys(manifest.devDependencies ?? {}),
  ]);
  return specifiers(file).flatMap((node) => {
    const name = packageOf(node.text);
    if (/^(\.|node:)/.test(node.text) || declared.has(name)) return [];
    const message = builtinModules.includes(node.text)
      ? `imports "${node.text}". Write "node:${node.text}".`
      : `imports ${name}, which ${manifest.name} does not declare. Add it to its package.json.`;
    return [{ where: placeOf(file, node), message }];
  });
}

/** A package declares what it imports. */
export const declaredImports: Rule = {
  name: "every import is declared in the package.json beside it",
  check: (files) => {
    const manifests = new Map(
      files
        .filter((file) => /(^|\/)package\.json$/.test(file.path))
        .map((file) => [path.posix.dirname(file.path), JSON.parse(file.text) as Manifest]),
    );
    return files.filter(isCode).flatMap((file) => checkFile(file, manifests));
  },
};
