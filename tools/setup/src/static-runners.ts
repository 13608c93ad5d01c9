import { existsSync } from "node:fs";
import path from "node:path";
import { check } from "./check.ts";
import { diffGenerated } from "./diff-generated.ts";
import { repoRoot } from "./repo-root.ts";
import { readProgram, runProgram } from "./runner.ts";
import type { Runner } from "./runner.ts";

const releasedImage = "proto/released.binpb";

async function exitsWithZero(program: string, ...args: string[]): Promise<boolean> {
  return (await runProgram(program, args)) === 0;
}

async function lint(): Promise<boolean> {
  // The layer rule of ESLint reads Nx's project graph from a file that only Nx itself brings up to date.
  await readProgram("nx", ["show", "projects", "--json"]);
  return exitsWithZero("eslint", "--max-warnings=0", ".");
}

async function generatedIsCurrent(): Promise<boolean> {
  const differences = await diffGenerated();
  for (const difference of differences) console.error(difference);
  return differences.length === 0;
}

async function breaksNothing(): Promise<boolean> {
  if (existsSync(path.join(repoRoot, releasedImage))) {
    return exitsWithZero("buf", "breaking", "proto", "--against", releasedImage);
  }
  console.log(`Skipped: there is no ${releasedImage} yet, so there is no release that a change could break.`);
  return true;
}

/** The checks that need no server, quickest first. */
export const staticRunners: readonly Runner[] = [
  check("contracts are well formed (buf lint)", "Mend proto/ as the message says.", () =>
    exitsWithZero("buf", "lint", "proto"),
  ),
  check(
    "contracts keep their promises (buf breaking)",
    "Add fields instead of changing them, or make a new version of the package.",
    breaksNothing,
  ),
  check("generated code is up to date", "Run npm run gen.", generatedIsCurrent),
  check("format (prettier)", "Run npm run format.", () =>
    exitsWithZero("prettier", "--check", "--log-level=warn", "."),
  ),
  check("types (tsc)", "Mend the types as the message says.", () =>
    exitsWithZero("tsc", "-p", "tsconfig.json"),
  ),
  check(
    "layers and code (eslint)",
    "Mend the code as the message says; CONTRIBUTING.md shows the layers.",
    lint,
  ),
];
