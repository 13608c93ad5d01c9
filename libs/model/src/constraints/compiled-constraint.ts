import type { KeyValue } from "@timewell/keys";
import type { FeatureValue } from "@timewell/row";

/** A row as constraints see it: normalized, before it is written. */
export interface CheckedRow {
  /** In the order of the view's keys. */
  readonly keys: readonly KeyValue[];
  /** In the order of `view.input.features`. */
  readonly values: readonly FeatureValue[];
  /** µs UTC. */
  readonly eventTimeUs: bigint;
}

/** What becomes of a row that breaks a constraint: it is refused and kept in quarantine, or written and counted. */
export type ConstraintPolicy = "REJECT" | "COUNT";

/** A constraint of a view, ready to be checked. Frozen. */
export interface CompiledConstraint {
  /** Unique in the view. */
  readonly name: string;
  readonly policy: ConstraintPolicy;
  /** The rule for people: `mean_delay must be at least -60`. */
  readonly rule: string;
  /**
   * Undefined where the row keeps the rule, else what it has instead, for people: `mean_delay is -75`. `nowUs` is the time at
   * which the row arrives, µs UTC; undefined for history, whose age is not judged.
   */
  readonly problemOf: (row: CheckedRow, nowUs: bigint | undefined) => string | undefined;
}
