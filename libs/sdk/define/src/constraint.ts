import type { Duration } from "./duration.ts";
import { freeze } from "./freeze.ts";

/** A value of a rule, in the type of its field: integers as number or bigint, a TIMESTAMP as Date or µs UTC. */
export type RuleValue = boolean | number | bigint | string | Uint8Array | Date;

/** What every constraint takes. */
export interface ConstraintOptions {
  /** Unique in the view, snake_case. Left out: made of the field and the rule, `mean_delay_range`. */
  readonly name?: string;
  /** What becomes of a row that breaks the rule: it is refused and kept in quarantine (the default), or written and counted. */
  readonly policy?: "reject" | "count";
}

/** What a constraint asks for. */
export type ConstraintRule =
  | {
      readonly kind: "range";
      readonly field: string;
      readonly min: RuleValue | undefined;
      readonly max: RuleValue | undefined;
    }
  | { readonly kind: "one_of"; readonly field: string; readonly values: readonly RuleValue[] }
  | { readonly kind: "matches"; readonly field: string; readonly pattern: string }
  | { readonly kind: "not_null"; readonly field: string }
  | { readonly kind: "fresh_within"; readonly duration: Duration }
  | { readonly kind: "predicate"; readonly expression: string };

/** A rule for the rows of a view, made by `range()`, `oneOf()` and their like. */
export interface ConstraintDefinition {
  readonly name: string;
  readonly policy: "reject" | "count";
  readonly rule: ConstraintRule;
}

/**
 * The value lies between two ends, both included; at least one is needed. Numbers, TIMESTAMP and STRING. NULL passes.
 *
 * @example
 * constraints: [range("mean_delay", { min: -60, max: 3_000 })]
 */
export function range(
  field: string,
  options: ConstraintOptions & { readonly min?: RuleValue; readonly max?: RuleValue },
): ConstraintDefinition {
  return constraint({ kind: "range", field, min: options.min, max: options.max }, `${field}_range`, options);
}

/**
 * The value is one of these, 1 to 1,000. NULL passes.
 *
 * @example
 * constraints: [oneOf("runway", ["04L", "22R"])]
 */
export function oneOf(
  field: string,
  values: readonly RuleValue[],
  options: ConstraintOptions = {},
): ConstraintDefinition {
  return constraint({ kind: "one_of", field, values: [...values] }, `${field}_one_of`, options);
}

/**
 * The text matches a regular expression of RE2 as a whole. NULL passes.
 *
 * @example
 * constraints: [matches("airport", "[A-Z]{3}")]
 */
export function matches(
  field: string,
  pattern: string,
  options: ConstraintOptions = {},
): ConstraintDefinition {
  return constraint({ kind: "matches", field, pattern }, `${field}_matches`, options);
}

/** The value is there. */
export function notNull(field: string, options: ConstraintOptions = {}): ConstraintDefinition {
  return constraint({ kind: "not_null", field }, `${field}_not_null`, options);
}

/**
 * The event time is at most this far back when the row arrives.
 *
 * @example
 * constraints: [freshWithin("1h", { policy: "count" })]
 */
export function freshWithin(duration: Duration, options: ConstraintOptions = {}): ConstraintDefinition {
  return constraint({ kind: "fresh_within", duration }, "fresh_within", options);
}

/**
 * A CEL expression over the features (of a windowed view: the event fields) and join keys is true, or NULL.
 *
 * @example
 * constraints: [predicate("delayed <= departures", { name: "delayed_flights_departed" })]
 */
export function predicate(expression: string, options: ConstraintOptions = {}): ConstraintDefinition {
  return constraint({ kind: "predicate", expression }, "predicate", options);
}

function constraint(rule: ConstraintRule, name: string, options: ConstraintOptions): ConstraintDefinition {
  return freeze({ name: options.name ?? name, policy: options.policy ?? "reject", rule });
}
