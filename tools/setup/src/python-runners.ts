import path from "node:path";
import { check } from "./check.ts";
import { pytestRunner } from "./pytest-runner.ts";
import { pythonEnvironment } from "./python-environment.ts";
import { repoRoot } from "./repo-root.ts";
import { ruff } from "./ruff.ts";
import { runProgram } from "./runner.ts";
import type { Runner } from "./runner.ts";
import { timewellPythonPackages } from "./timewell-python-packages.ts";

async function isTyped(): Promise<boolean> {
  const python = await pythonEnvironment(timewellPythonPackages);
  return (await runProgram(python, ["-m", "mypy"], path.join(repoRoot, "python/timewell"))) === 0;
}

/** The checks and tests of python/timewell, quickest first. */
export const pythonRunners: readonly Runner[] = [
  check("Python format (ruff)", "Run npm run format.", async () => (await ruff("format", "--diff")) === 0),
  check("Python code (ruff)", "Mend the code as the message says.", async () => (await ruff("check")) === 0),
  check("Python types (mypy)", "Mend the types as the message says.", isTyped),
  pytestRunner(),
];
