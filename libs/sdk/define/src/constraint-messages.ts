import { create } from "@bufbuild/protobuf";
import { ConstraintPolicy, ConstraintSchema, type Constraint, type ValueType } from "@timewell/contracts";
import type { ConstraintDefinition, ConstraintRule } from "./constraint.ts";
import { durationMs } from "./duration.ts";
import { invalidDefinition } from "./invalid-definition.ts";
import { ruleValue } from "./rule-value.ts";

/**
 * The constraints of a view as the registry gets them. `types` are those of its keys and of what its rows hold: values take the type of
 * their field. INVALID_DEFINITION for a field that is not there, and for a value that does not fit.
 */
export function constraintMessages(
  constraints: readonly ConstraintDefinition[],
  types: ReadonlyMap<string, ValueType>,
  path: string,
): Constraint[] {
  return constraints.map(({ name, policy, rule }) =>
    create(ConstraintSchema, {
      name,
      field: "field" in rule ? rule.field : "",
      policy: policy === "count" ? ConstraintPolicy.COUNT : ConstraintPolicy.REJECT,
      rule: ruleMessage(rule, types, `${path}[${name}]`),
    }),
  );
}

function ruleMessage(
  rule: ConstraintRule,
  types: ReadonlyMap<string, ValueType>,
  path: string,
): Constraint["rule"] {
  if (rule.kind === "predicate") return { case: "predicate", value: rule.expression };
  if (rule.kind === "fresh_within")
    return { case: "freshWithinMs", value: durationMs(rule.duration, `${path}.fresh_within`) };
  const type = types.get(rule.field);
  if (type === undefined) throw invalidDefinition(`${path}.field`, rule.field, [...types.keys()].join(", "));
  switch (rule.kind) {
    case "not_null":
      return { case: "notNull", value: true };
    case "matches":
      return { case: "matches", value: rule.pattern };
    case "range": {
      const { min, max } = rule;
      const value = {
        $typeName: "timewell.types.v1.Constraint.Range" as const,
        ...(min !== undefined && { min: ruleValue(min, type, `${path}.range.min`) }),
        ...(max !== undefined && { max: ruleValue(max, type, `${path}.range.max`) }),
      };
      return { case: "range", value };
    }
    case "one_of": {
      const values = rule.values.map((value, i) => ruleValue(value, type, `${path}.one_of.values[${i}]`));
      return { case: "oneOf", value: { $typeName: "timewell.types.v1.Constraint.ValueSet", values } };
    }
  }
}
