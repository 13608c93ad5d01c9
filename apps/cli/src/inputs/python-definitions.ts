import { fromBinary } from "@bufbuild/protobuf";
import { DefinitionsSchema, type Definitions } from "@timewell/contracts";
import { errorKinds, FeatureStoreError, type ErrorKind } from "@timewell/errors";
import { runProgram, type ProgramResult } from "../codegen/run-program.ts";

/** What timewell.compile exits with where it answers with an error, as JSON on stdout. */
const answersWithError = 3;

/** Definitions of a Python file, and what it printed. */
export interface PythonDefinitions {
  readonly definitions: Definitions;
  readonly printed: string;
}

/**
 * Runs a Python file on this machine, and gives the message that the registry gets. Throws what the package `timewell` tells, and
 * INVALID_CONFIG with a hint where that Python or the package is missing.
 */
export async function compilePython(path: string, python: string): Promise<PythonDefinitions> {
  const result = await runProgram(python, ["-m", "timewell.compile", path]).catch((cause: unknown) => {
    const hint = "Install Python 3.10 or later, or name one with --python.";
    throw unusable(path, `cannot start ${python}`, hint, cause);
  });
  const { exitCode, stdout, stderr } = result;
  if (exitCode === 0) return { definitions: fromBinary(DefinitionsSchema, stdout), printed: stderr.trim() };
  if (exitCode === answersWithError) throw toldError(result);
  if (/No module named '?timewell/.test(stderr)) {
    const hint = `Install it: ${python} -m pip install timewell. Or name a Python that has it with --python.`;
    throw unusable(path, `${python} has no package timewell`, hint, stderr);
  }
  const reason = stderr.trim().split("\n").at(-1) || `exit code ${exitCode}`;
  const hint = `Bring it up to date: ${python} -m pip install -U timewell.`;
  throw unusable(path, `timewell.compile of ${python} failed: ${reason}`, hint, stderr);
}

function unusable(path: string, problem: string, hint: string, cause: unknown): FeatureStoreError {
  const message = `Cannot load ${path}: ${problem}`;
  return new FeatureStoreError("INVALID_CONFIG", message, { field: "--python", hint, cause });
}

/** The error that the package tells, with its traceback as the cause. */
function toldError({ stdout, stderr }: ProgramResult): FeatureStoreError {
  const told = JSON.parse(new TextDecoder().decode(stdout)) as Record<
    "kind" | "message" | "field" | "hint",
    string
  >;
  const kind: ErrorKind = errorKinds.find((known) => known === told.kind) ?? "INVALID_DEFINITION";
  return new FeatureStoreError(kind, told.message, {
    field: told.field,
    hint: told.hint,
    cause: stderr.trim(),
  });
}
