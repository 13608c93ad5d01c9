import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { runProgram } from "./runner.ts";
import type { Counts, Runner } from "./runner.ts";
import { makeTempFolder, removeTempFolder } from "./temp-folder.ts";

/** The parts of vitest's JSON report that are read here. */
export interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

/**
 * Counts a vitest run. A file that fails before its first test, a run that ends badly without a failed test, and a
 * run of no tests at all are failures too.
 */
export function countVitest(report: VitestReport | undefined, exitCode: number): Counts {
  if (report === undefined) return { passed: 0, failed: 1 };
  const passed = report.numPassedTests;
  const broken = report.testResults.filter((r) => r.status === "failed" && r.assertionResults.length === 0);
  const failed = report.numFailedTests + broken.length;
  const isSilentFailure = failed === 0 && (exitCode !== 0 || passed === 0);
  return { passed, failed: isSilentFailure ? 1 : failed };
}

/** All tests of the TypeScript code, or those in the files that the arguments name. */
export function vitestRunner(args: readonly string[] = []): Runner {
  return {
    name: "tests (vitest)",
    remedy: "Run npx vitest run <file> to see one file alone.",
    run: async () => {
      const folder = makeTempFolder("report");
      const file = path.join(folder, "report.json");
      const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
      const exitCode = await runProgram("vitest", ["run", ...reporters, ...args]);
      const report = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as VitestReport) : undefined;
      removeTempFolder(folder);
      return countVitest(report, exitCode);
    },
  };
}
