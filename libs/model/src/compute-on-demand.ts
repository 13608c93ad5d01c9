import type { FeatureValue } from "@timewell/row";
import type { OnDemandPlan } from "./on-demand-plan.ts";

/**
 * Computes the on-demand features of one row, online and in training alike (semantics 10), from the values of the plan's
 * inputs in their order. What cannot be computed is NULL, and `failed` is told the place of its column.
 */
export function computeOnDemand(
  plan: OnDemandPlan,
  values: readonly FeatureValue[],
  failed: (column: number) => void,
): FeatureValue[] {
  return plan.columns.map(({ expression }, column) => {
    const value = expression.compute(values);
    if (value !== undefined) return value;
    failed(column);
    return null;
  });
}
