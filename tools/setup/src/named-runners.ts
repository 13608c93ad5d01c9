import { pytestRunner } from "./pytest-runner.ts";
import type { Runner } from "./runner.ts";
import { vitestRunner } from "./vitest-runner.ts";

/** Runs the test files that the arguments name: those below python/ with pytest, the others with vitest. */
export function namedRunners(args: readonly string[]): Runner[] {
  const inPython = args.filter((arg) => /^(\.\/)?python\//.test(arg));
  const others = args.filter((arg) => !inPython.includes(arg));
  return [
    ...(others.length > 0 ? [vitestRunner(others)] : []),
    ...(inPython.length > 0 ? [pytestRunner(inPython)] : []),
  ];
}
