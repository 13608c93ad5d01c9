import { FeatureStoreError } from "@timewell/errors";
import { type CheckedRow, type CompiledView, findViolations, type Violation } from "@timewell/model";

/** What the constraints of a view say of a row that came in. */
export interface RowVerdict {
  /** Why it is refused: the first constraint with policy REJECT that it breaks. Undefined: it may be written. */
  readonly refusal: RowRefusal | undefined;
  /** All constraints that it breaks, for `countViolations`. */
  readonly violations: readonly Violation[];
}

/** Why a row goes to quarantine instead of the log. */
export interface RowRefusal {
  /** Name of the constraint. */
  readonly constraint: string;
  /** CONSTRAINT_VIOLATED; names constraint, value and rule. */
  readonly error: FeatureStoreError;
}

const nothing: RowVerdict = Object.freeze({ refusal: undefined, violations: [] });

/**
 * Checks a row that was pushed or came from a topic, normalized, against the constraints of its view. A delete keeps all of them.
 * `nowUs` is the time at which it arrived, µs UTC.
 */
export function judgeRow(
  view: CompiledView,
  row: CheckedRow & { readonly deleted: boolean },
  nowUs: bigint,
): RowVerdict {
  if (row.deleted || view.constraints.length === 0) return nothing;
  const violations = findViolations(view, row, nowUs);
  if (violations.length === 0) return nothing;
  const refusing = violations.find((violation) => violation.constraint.policy === "REJECT");
  return { refusal: refusing && refusalOf(refusing), violations };
}

function refusalOf({ constraint, message }: Violation): RowRefusal {
  const error = new FeatureStoreError("CONSTRAINT_VIOLATED", message, {
    field: `constraints.${constraint.name}`,
    hint: "Send a row that keeps the rule, or change the rule and replay the quarantine",
  });
  return { constraint: constraint.name, error };
}
