import path from "node:path";
import { pythonEnvironment } from "./python-environment.ts";
import { repoRoot } from "./repo-root.ts";
import { runProgram } from "./runner.ts";
import { timewellPythonPackages } from "./timewell-python-packages.ts";

/** Runs ruff over the Python package and the example's definitions, with the package's settings; returns its exit code. */
export async function ruff(...args: string[]): Promise<number> {
  const python = await pythonEnvironment(timewellPythonPackages);
  const folders = [".", "../../examples/flight-delays/src"];
  const settings = ["--quiet", "--config", "pyproject.toml"];
  return runProgram(
    python,
    ["-m", "ruff", ...args, ...settings, ...folders],
    path.join(repoRoot, "python/timewell"),
  );
}
