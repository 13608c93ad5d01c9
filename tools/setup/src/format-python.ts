// Part of `npm run format`: formats the Python package, and mends what ruff can mend by itself.
import path from "node:path";
import { pythonEnvironment } from "./python-environment.ts";
import { repoRoot } from "./repo-root.ts";
import { runProgram } from "./runner.ts";
import { timewellPythonPackages } from "./timewell-python-packages.ts";

const python = await pythonEnvironment(timewellPythonPackages);
const packageFolder = path.join(repoRoot, "python/timewell");
await runProgram(python, ["-m", "ruff", "check", "--quiet", "--fix-only", "."], packageFolder);
process.exitCode = await runProgram(python, ["-m", "ruff", "format", "--quiet", "."], packageFolder);
