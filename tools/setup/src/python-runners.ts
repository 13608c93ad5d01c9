import path from "node:path";
import { check } from "./check.ts";
import { pytestRunner } from "./pytest-runner.ts";
import { pythonEnvironment } from "./python-environment.ts";
import { repoRoot } from "./repo-root.ts";
import { runProgram } from "./runner.ts";
import type { Runner } from "./runner.ts";
import { timewellPythonPackages } from "./timewell-python-packages.ts";

const packageFolder = path.join(repoRoot, "python/timewell");

/** Runs a module of the package's environment in the package's folder, whose pyproject.toml has its settings. */
async function isContent(...args: string[]): Promise<boolean> {
  const python = await pythonEnvironment(timewellPythonPackages);
  return (await runProgram(python, ["-m", ...args], packageFolder)) === 0;
}

/** The checks and tests of python/timewell, quickest first. */
export const pythonRunners: readonly Runner[] = [
  check("Python format (ruff)", "Run npm run format.", () =>
    isContent("ruff", "format", "--quiet", "--diff", "."),
  ),
  check("Python code (ruff)", "Mend the code as the message says.", () =>
    isContent("ruff", "check", "--quiet", "."),
  ),
  check("Python types (mypy)", "Mend the types as the message says.", () => isContent("mypy")),
  pytestRunner(),
];
