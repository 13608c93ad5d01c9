import { ConstraintPolicy, type Constraint } from "@timewell/contracts";
import { showValue } from "@timewell/errors";
import type { FeatureValue, ScalarValue } from "@timewell/row";
import { formatDuration } from "@timewell/ttl";
import { compileExpression } from "@timewell/transforms";
import { definitionError } from "../definition-error.ts";
import { durationMaxMs } from "../limits.ts";
import type { CompiledConstraint } from "./compiled-constraint.ts";
import { constraintField, type ConstraintScope } from "./constraint-field.ts";
import { matchRule, rangeRule, setRule, type FieldRule } from "./field-rules.ts";

type Check = Pick<CompiledConstraint, "rule" | "problemOf">;

/**
 * Checks a constraint against what it may be about, and makes it ready to be checked. NULL keeps every rule but not_null; an
 * expression that cannot be computed breaks it.
 *
 * Throws INVALID_DEFINITION or LIMIT_EXCEEDED, naming `path`.
 */
export function compileConstraint(
  constraint: Constraint,
  scope: ConstraintScope,
  path: string,
): CompiledConstraint {
  const check = compileRule(constraint, scope, path);
  return Object.freeze({ name: constraint.name, policy: policyOf(constraint, path), ...check });
}

function policyOf({ policy }: Constraint, path: string): CompiledConstraint["policy"] {
  if (policy === ConstraintPolicy.UNSPECIFIED || policy === ConstraintPolicy.REJECT) return "REJECT";
  if (policy === ConstraintPolicy.COUNT) return "COUNT";
  throw definitionError(`${path}.policy`, `got number ${String(policy)}`, "Use REJECT or COUNT.");
}

function compileRule(constraint: Constraint, scope: ConstraintScope, path: string): Check {
  const { rule } = constraint;
  if (rule.case === undefined)
    throw definitionError(path, "it has no rule", "Give it one, for example a range.");
  if (rule.case === "freshWithinMs" || rule.case === "predicate") {
    if (constraint.field !== "") {
      const problem = `got ${showValue(constraint.field)}, the rule is about the row`;
      throw definitionError(`${path}.field`, problem, "Leave it out.");
    }
    return rule.case === "predicate" ? predicate(rule.value, scope, path) : freshness(rule.value, path);
  }
  const field = constraintField(constraint, scope, path);
  const aboutField = (fieldRule: FieldRule): Check => ({
    rule: `${field.name} must be ${fieldRule.text}`,
    problemOf(row) {
      const value = field.read(row);
      return value === null || fieldRule.holds(value as ScalarValue) ? undefined : isShown(field.name, value);
    },
  });
  switch (rule.case) {
    case "range":
      return aboutField(rangeRule(rule.value, field, `${path}.range`));
    case "oneOf":
      return aboutField(setRule(rule.value, field, `${path}.one_of`));
    case "matches":
      return aboutField(matchRule(rule.value, field, `${path}.matches`));
    case "notNull":
      if (!rule.value)
        throw definitionError(`${path}.not_null`, "got false", "Set it to true, or remove it.");
      return {
        rule: `${field.name} must not be NULL`,
        problemOf: (row) => (field.read(row) === null ? isShown(field.name, null) : undefined),
      };
  }
}

function isShown(name: string, value: FeatureValue): string {
  return `${name} is ${showValue(value)}`;
}

function freshness(withinMs: bigint, path: string): Check {
  if (withinMs < 1n || withinMs > durationMaxMs) {
    const problem = `got ${withinMs} ms, expected a positive duration up to ${durationMaxMs} ms`;
    throw definitionError(`${path}.fresh_within`, problem, "Write it like 1h.");
  }
  const withinUs = withinMs * 1_000n;
  return {
    rule: `the event time must be at most ${formatDuration(Number(withinMs))} back`,
    problemOf: ({ eventTimeUs }, nowUs) =>
      nowUs === undefined || eventTimeUs >= nowUs - withinUs
        ? undefined
        : `it is ${(nowUs - eventTimeUs) / 1_000_000n} s back`,
  };
}

function predicate(text: string, scope: ConstraintScope, path: string): Check {
  const inputs = [...scope.fields, ...scope.keys];
  const expression = compileExpression({ path: `${path}.predicate`, text }, inputs, {
    type: "BOOL",
    dimension: 0,
  });
  const { length } = scope.fields;
  const shown = expression.inputs.map((place) => ({ name: inputs[place]!.name, place })).slice(0, 5);
  return {
    rule: `${text} must be true`,
    problemOf({ values, keys }) {
      const result = expression.compute([...values, ...keys]);
      if (result === true || result === null) return undefined;
      const read = (place: number) => (place < length ? values[place]! : keys[place - length]!);
      const inputsShown = shown.map(({ name, place }) => isShown(name, read(place))).join(", ");
      if (result === undefined) return `it cannot be computed where ${inputsShown}`;
      return inputsShown === "" ? "it is false" : inputsShown;
    },
  };
}
