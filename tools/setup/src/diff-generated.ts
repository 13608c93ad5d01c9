import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { repoRoot } from "./repo-root.ts";
import { readProgram } from "./runner.ts";
import { makeTempFolder, removeTempFolder } from "./temp-folder.ts";

const generatedFolder = "libs/contracts/src/gen";

function readTree(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  if (!existsSync(folder)) return files;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    files.set(path.relative(folder, file), readFileSync(file, "utf8"));
  }
  return files;
}

/** Generates the contracts' code into a temporary folder and tells, a line a file, where the checked-in code differs. */
export async function diffGenerated(): Promise<string[]> {
  const folder = makeTempFolder("gen");
  await readProgram("buf", ["generate", "--template", "proto/buf.gen.yaml", "--output", folder]);
  const wanted = readTree(path.join(folder, generatedFolder));
  const found = readTree(path.join(repoRoot, generatedFolder));
  removeTempFolder(folder);
  if (wanted.size === 0) return [`${generatedFolder}: buf generate made nothing.`];
  const names = [...new Set([...wanted.keys(), ...found.keys()])].sort();
  return names.flatMap((name) => {
    if (wanted.get(name) === found.get(name)) return [];
    const what = !found.has(name) ? "is missing" : !wanted.has(name) ? "has no contract" : "is out of date";
    return [`${generatedFolder}/${name} ${what}.`];
  });
}
