import { makeTempFolder, pythonEnvironment, repoRoot, timewellPythonPackages } from "@timewell/setup";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A program like `python3` that has the package `timewell` of this repository. */
export async function timewellPython(): Promise<string> {
  const python = await pythonEnvironment(timewellPythonPackages);
  const program = join(makeTempFolder("python"), "python3");
  const source = join(repoRoot, "python/timewell/src");
  writeFileSync(program, `#!/bin/sh\nPYTHONPATH='${source}' exec '${python}' "$@"\n`);
  chmodSync(program, 0o755);
  return program;
}
