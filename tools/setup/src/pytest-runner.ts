import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { pythonEnvironment } from "./python-environment.ts";
import { repoRoot } from "./repo-root.ts";
import { runProgram } from "./runner.ts";
import type { Counts, Runner } from "./runner.ts";
import { makeTempFolder, removeTempFolder } from "./temp-folder.ts";
import { timewellPythonPackages } from "./timewell-python-packages.ts";

const packageFolder = path.join(repoRoot, "python/timewell");

/**
 * Counts a pytest run by its report in JUnit's form. A test that is left out, a run that ends badly without a failed test,
 * and a run of no tests at all are failures too.
 */
export function countPytest(report: string | undefined, exitCode: number): Counts {
  const suite = /<testsuite\b[^>]*>/.exec(report ?? "")?.[0];
  if (suite === undefined) return { passed: 0, failed: 1 };
  const count = (name: string) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = count("failures") + count("errors") + count("skipped");
  const passed = Math.max(0, count("tests") - failed);
  const isSilentFailure = failed === 0 && (exitCode !== 0 || passed === 0);
  return { passed, failed: isSilentFailure ? 1 : failed };
}

/** All tests of the Python package, or those in the files that the arguments name, from the repository's root. */
export function pytestRunner(args: readonly string[] = []): Runner {
  return {
    name: "Python tests (pytest)",
    remedy: "Run npm test -- python/timewell/tests/<file> to see one file alone.",
    run: async () => {
      const python = await pythonEnvironment(timewellPythonPackages);
      const folder = makeTempFolder("report");
      const file = path.join(folder, "report.xml");
      const files = args.map((arg) => path.resolve(repoRoot, arg));
      const pytest = ["-m", "pytest", "--quiet", "--durations=5", `--junitxml=${file}`, ...files];
      const exitCode = await runProgram(python, pytest, packageFolder);
      const report = existsSync(file) ? readFileSync(file, "utf8") : undefined;
      removeTempFolder(folder);
      return countPytest(report, exitCode);
    },
  };
}
