import type { CompiledView } from "../compiled-project.ts";
import type { CheckedRow, CompiledConstraint } from "./compiled-constraint.ts";

/** A constraint that a row breaks. */
export interface Violation {
  readonly constraint: CompiledConstraint;
  /** What failed, on which value, what was expected, for people. */
  readonly message: string;
}

const none: readonly Violation[] = Object.freeze([]);

/**
 * The constraints of a view that a row breaks, in the order of the definition. `nowUs` is the time at which the row arrives, µs
 * UTC; undefined for rows of source files: they are history, and how old they are is not judged. Deletes are not checked: do
 * not call it for them.
 */
export function findViolations(
  view: CompiledView,
  row: CheckedRow,
  nowUs: bigint | undefined,
): readonly Violation[] {
  let found: Violation[] | undefined;
  for (const constraint of view.constraints) {
    const problem = constraint.problemOf(row, nowUs);
    if (problem === undefined) continue;
    const message = `Cannot accept a row of ${view.name}: it breaks constraint ${constraint.name}: ${problem}, but ${constraint.rule}`;
    (found ??= []).push({ constraint, message });
  }
  return found ?? none;
}
