import { AggregateFunction } from "@timewell/contracts";
import type { WindowFunction } from "@timewell/transforms";

const names: Readonly<Record<number, WindowFunction>> = {
  [AggregateFunction.COUNT]: "COUNT",
  [AggregateFunction.SUM]: "SUM",
  [AggregateFunction.MEAN]: "MEAN",
  [AggregateFunction.MIN]: "MIN",
  [AggregateFunction.MAX]: "MAX",
  [AggregateFunction.STDDEV]: "STDDEV",
  [AggregateFunction.FIRST]: "FIRST",
  [AggregateFunction.LAST]: "LAST",
  [AggregateFunction.LAST_N]: "LAST_N",
};

/** The domain's word for an aggregate function of the contract; undefined for UNSPECIFIED and for unknown numbers. */
export function windowFunctionOf(number: AggregateFunction): WindowFunction | undefined {
  return names[number];
}
