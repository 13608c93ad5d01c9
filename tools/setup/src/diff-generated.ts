import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { generatePythonContracts } from "./generate-python-contracts.ts";
import { repoRoot } from "./repo-root.ts";
import { readProgram } from "./runner.ts";
import { makeTempFolder, removeTempFolder } from "./temp-folder.ts";

const typescriptFolder = "libs/contracts/src/gen";
const pythonFolder = "python/timewell/src/timewell/_contracts";

function readTree(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  if (!existsSync(folder)) return files;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith(".pyc")) continue;
    const file = path.join(entry.parentPath, entry.name);
    files.set(path.relative(folder, file), readFileSync(file, "utf8"));
  }
  return files;
}

function compare(folder: string, wanted: Map<string, string>): string[] {
  const found = readTree(path.join(repoRoot, folder));
  if (wanted.size === 0) return [`${folder}: the generator made nothing.`];
  const names = [...new Set([...wanted.keys(), ...found.keys()])].sort();
  return names.flatMap((name) => {
    if (wanted.get(name) === found.get(name)) return [];
    const what = !found.has(name) ? "is missing" : !wanted.has(name) ? "has no contract" : "is out of date";
    return [`${folder}/${name} ${what}.`];
  });
}

/** Generates the contracts' code into a temporary folder and tells, a line a file, where the checked-in code differs. */
export async function diffGenerated(): Promise<string[]> {
  const folder = makeTempFolder("gen");
  await readProgram("buf", ["generate", "--template", "proto/buf.gen.yaml", "--output", folder]);
  await generatePythonContracts(path.join(folder, pythonFolder));
  const differences = [typescriptFolder, pythonFolder].flatMap((name) =>
    compare(name, readTree(path.join(folder, name))),
  );
  removeTempFolder(folder);
  return differences;
}
