import type { FeatureValue } from "@timewell/row";

/** A checked expression, ready to be computed. Frozen. */
export interface Expression {
  /** Places, among the inputs it was declared with, of those that it reads; ascending. */
  readonly inputs: readonly number[];
  /** Steps in the worst case. */
  readonly cost: number;
  /**
   * Computes the value from those of all declared inputs, in their order; values of other inputs than it reads may be
   * anything. Undefined where it cannot be computed: a division by zero, an overflow, a bad conversion, a result that does
   * not fit its type. It depends on the values alone.
   */
  compute(values: readonly FeatureValue[]): FeatureValue | undefined;
}
