import type { FeatureService } from "@timewell/contracts";
import { compileExpression } from "@timewell/transforms";
import { declaredInputs, type DeclaredInput } from "./on-demand-inputs.ts";
import type { OnDemandColumn, OnDemandPlan } from "./on-demand-plan.ts";
import type { ResolvedUse } from "./resolved-use.ts";
import { featureTypeOf } from "./value-types.ts";

/** Compiles the on-demand features of an applied service; undefined where it has none. */
export function compileOnDemand(
  service: FeatureService,
  uses: readonly ResolvedUse[],
): OnDemandPlan | undefined {
  if (service.onDemandFeatures.length === 0) return undefined;
  const declared = declaredInputs(service, uses);
  const used = new Set(compileColumns(service, declared).flatMap(({ expression }) => expression.inputs));
  const inputs = declared.filter((_, i) => used.has(i));
  return Object.freeze({
    inputs: Object.freeze(inputs),
    columns: Object.freeze(compileColumns(service, inputs)),
  });
}

function compileColumns(service: FeatureService, inputs: readonly DeclaredInput[]): OnDemandColumn[] {
  return service.onDemandFeatures.map(({ name, expression, type, dimension }) => {
    const source = {
      path: `feature_services[${service.name}].on_demand_features[${name}].expression`,
      text: expression,
    };
    const result = { type: featureTypeOf(type), dimension };
    return Object.freeze({ name, ...result, expression: compileExpression(source, inputs, result) });
  });
}
