import ts from "typescript";
import { isCode, parse, placeOf } from "../source-file.ts";
import type { Rule, SourceFile, Violation } from "../source-file.ts";

function starExports(file: SourceFile): Violation[] {
  if (file.path === "libs/contracts/src/index.ts") return [];
  return parse(file).statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement) || statement.exportClause !== undefined) return [];
    return [{ where: placeOf(file, statement), message: "exports everything. Name what is exported." }];
  });
}

function withoutIndex(files: readonly SourceFile[]): Violation[] {
  const paths = new Set(files.map((file) => file.path));
  return files.flatMap((file) => {
    const folder = /^(libs\/.+)\/package\.json$/.exec(file.path)?.[1];
    if (folder === undefined || paths.has(`${folder}/src/index.ts`)) return [];
    return [{ where: folder, message: "has no src/index.ts. Add one that names what others may import." }];
  });
}

/** What a package offers is a list of names in one file. */
export const curatedExports: Rule = {
  name: "every package names its exports",
  check: (files) => [...files.filter(isCode).flatMap(starExports), ...withoutIndex(files)],
};
