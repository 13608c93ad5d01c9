import type { Constraint } from "@timewell/contracts";
import { suggest } from "@timewell/errors";
import type { FeatureType, FeatureValue } from "@timewell/row";
import type { ExpressionInput } from "@timewell/transforms";
import { definitionError } from "../definition-error.ts";
import type { CheckedRow } from "./compiled-constraint.ts";

/** What constraints of a view may be about: keys and features, or event fields where it has them. */
export interface ConstraintScope {
  readonly view: string;
  readonly keys: readonly ExpressionInput[];
  /** What rows hold when they come in. */
  readonly fields: readonly ExpressionInput[];
}

/** A value that a constraint is about. */
export interface ConstraintField {
  readonly name: string;
  readonly type: FeatureType;
  readonly read: (row: CheckedRow) => FeatureValue;
}

/** Finds the field of a constraint. INVALID_DEFINITION where there is none of that name. */
export function constraintField(
  constraint: Constraint,
  scope: ConstraintScope,
  path: string,
): ConstraintField {
  const { field: name } = constraint;
  const key = scope.keys.findIndex((one) => one.name === name);
  if (key >= 0) return { name, type: scope.keys[key]!.type, read: (row) => row.keys[key]! };
  const field = scope.fields.findIndex((one) => one.name === name);
  if (field >= 0) return { name, type: scope.fields[field]!.type, read: (row) => row.values[field]! };
  const names = [...scope.fields, ...scope.keys].map((one) => one.name);
  const problem = name === "" ? "got none, the rule is about a field" : `${scope.view} has no ${name}`;
  throw definitionError(`${path}.field`, problem, suggest(name, names, `fields and keys of ${scope.view}`));
}
