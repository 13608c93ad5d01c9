import type { Expression } from "@timewell/transforms";
import type { DeclaredInput } from "./on-demand-inputs.ts";
import type { NamedField } from "./value-to-feature.ts";

/** A feature that is computed when it is read. */
export interface OnDemandColumn extends NamedField {
  /** Over the values of the plan's inputs, in their order. */
  readonly expression: Expression;
}

/** The on-demand features of a service, ready to be computed. Frozen. */
export interface OnDemandPlan {
  /** What any of the expressions reads. */
  readonly inputs: readonly DeclaredInput[];
  /** In the order of the definition, which is that of their columns; at least one. */
  readonly columns: readonly OnDemandColumn[];
}
