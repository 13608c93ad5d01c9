import type { Entity, FeatureView } from "@timewell/contracts";
import type { ExpressionInput } from "@timewell/transforms";
import { checkName } from "../check-name.ts";
import { definitionError } from "../definition-error.ts";
import { constraintsMax } from "../limits.ts";
import { featureTypeOf } from "../value-types.ts";
import { compileConstraint } from "./compile-constraint.ts";
import type { CompiledConstraint } from "./compiled-constraint.ts";

/**
 * Checks and compiles the constraints of a view whose features, event fields and entity are valid. INVALID_NAME,
 * INVALID_DEFINITION or LIMIT_EXCEEDED.
 */
export function compileConstraints(view: FeatureView, entity: Entity): readonly CompiledConstraint[] {
  const path = `feature_views[${view.name}].constraints`;
  const count = view.constraints.length;
  if (count > constraintsMax) {
    const problem = `got ${count} constraints, at most ${constraintsMax} are allowed`;
    throw definitionError(path, problem, "Join some of them in a predicate.", "LIMIT_EXCEEDED");
  }
  const fields = view.eventFields.length > 0 ? view.eventFields : view.features;
  const scope = { view: view.name, keys: entity.joinKeys.map(asInput), fields: fields.map(asInput) };
  const names = new Set<string>();
  const compiled = view.constraints.map((constraint, i) => {
    const { name } = constraint;
    const own = `${path}[${name === "" ? i : name}]`;
    checkName("constraint", name, `${own}.name`);
    if (names.has(name))
      throw definitionError(own, `duplicate name, constraint ${name} is there twice`, "Rename one of them.");
    names.add(name);
    return compileConstraint(constraint, scope, own);
  });
  return Object.freeze(compiled);
}

function asInput(field: {
  name: string;
  type: Parameters<typeof featureTypeOf>[0];
  dimension?: number;
}): ExpressionInput {
  return { name: field.name, type: featureTypeOf(field.type), dimension: field.dimension ?? 0 };
}
