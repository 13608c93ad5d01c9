import { AggregateFunction } from "@timewell/contracts";
import type { FeatureOptions } from "./value-type.ts";

/** Length of a window, 1 minute to 90 days, or all events there ever were. */
export type Window = `${number}${"m" | "h" | "d"}` | "lifetime";

/** What every aggregate takes. */
export interface AggregateOptions extends FeatureOptions {
  /** Events count where this is true: comparisons, `in`, `&&`, `||`, `!` and `has(event.field)` of CEL over the event fields. Left out: all. */
  readonly where?: string;
}

/** An aggregate over several windows, made by `count()`, `mean()` and their like: a feature for each window. */
export interface AggregateDefinition<W extends Window = Window> {
  readonly function: AggregateFunction;
  /** Event field; empty for `count()`. */
  readonly input: string;
  readonly windows: readonly W[];
  readonly where: string;
  /** Events of `lastN()`; 0 for others. */
  readonly n: number;
  readonly description: string;
}

/**
 * How many events there were; INT64, 0 where there were none.
 *
 * @example
 * aggregates: { departures: count(["1h", "24h"]) }
 */
export function count<const W extends Window>(
  windows: readonly W[],
  options: AggregateOptions = {},
): AggregateDefinition<W> {
  return aggregate(AggregateFunction.COUNT, "", windows, options);
}

/** The sum of a number; INT64 of integers, else DOUBLE. NULL where there is nothing to add. */
export const sum = of(AggregateFunction.SUM);
/**
 * The arithmetic mean of a number; DOUBLE. NULL where there is none.
 *
 * @example
 * aggregates: { mean_delay: mean("dep_delay", ["1h", "24h"], { where: "dep_delay > 0.0" }) }
 */
export const mean = of(AggregateFunction.MEAN);
/** The least number or TIMESTAMP, in the type of the field. NULL where there is none; NaN counts as greatest. */
export const min = of(AggregateFunction.MIN);
/** The greatest number or TIMESTAMP, in the type of the field. NULL where there is none; NaN counts as greatest. */
export const max = of(AggregateFunction.MAX);
/** The standard deviation of the population of a number; DOUBLE. NULL where there is none. */
export const stddev = of(AggregateFunction.STDDEV);
/** The value of the earliest event that has one, in the type of the field. */
export const first = of(AggregateFunction.FIRST);
/** The value of the latest event that has one, in the type of the field. */
export const last = of(AggregateFunction.LAST);

/**
 * The values of the latest events that have one, the latest first; a list. `n` is 1 … 1,000.
 *
 * @example
 * aggregates: { last_delays: lastN("dep_delay", 5, ["24h"]) }
 */
export function lastN<const W extends Window>(
  input: string,
  n: number,
  windows: readonly W[],
  options: AggregateOptions = {},
): AggregateDefinition<W> {
  return Object.freeze({ ...aggregate(AggregateFunction.LAST_N, input, windows, options), n });
}

function of(name: AggregateFunction) {
  return <const W extends Window>(
    input: string,
    windows: readonly W[],
    options: AggregateOptions = {},
  ): AggregateDefinition<W> => aggregate(name, input, windows, options);
}

function aggregate<W extends Window>(
  name: AggregateFunction,
  input: string,
  windows: readonly W[],
  { where = "", description = "" }: AggregateOptions,
): AggregateDefinition<W> {
  return Object.freeze({
    function: name,
    input,
    windows: Object.freeze([...windows]),
    where,
    n: 0,
    description,
  });
}
