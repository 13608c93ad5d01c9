import type { EntityRow, Value } from "@timewell/contracts";
import {
  type CompiledProject,
  computeOnDemand,
  featureToValue,
  gatherInputs,
  type Selection,
  valueToFeature,
} from "@timewell/model";
import type { FeatureValue } from "@timewell/row";

import type { ServingDeps } from "./serving-deps.ts";

/** All features of a view for one row, in the order of the view; undefined where it is not PRESENT. */
export type DecodedView = readonly FeatureValue[] | undefined;

/** Computes the on-demand features of one row of a request, in the order of their columns; none for references. */
export function computeColumns(
  deps: ServingDeps,
  { project }: CompiledProject,
  selection: Selection,
  entity: EntityRow,
  requestData: readonly FeatureValue[],
  decoded: readonly DecodedView[],
): Value[] {
  const plan = selection.onDemand;
  if (plan === undefined) return [];
  const inputs = gatherInputs(plan, {
    feature: (view, feature) => decoded[view]?.[selection.views[view]!.features[feature]!.index] ?? null,
    key: (name) => keyValue(selection, entity, name),
    request: (field) => requestData[field] ?? null,
  });
  const values = computeOnDemand(plan, inputs, (column) =>
    deps.metrics.countOnDemandError(project, selection.service, plan.columns[column]!.name),
  );
  return values.map((value, i) => featureToValue(plan.columns[i]!.type, value));
}

/** Keys were checked when they were encoded. */
function keyValue(selection: Selection, entity: EntityRow, name: string): FeatureValue {
  const { type } = selection.keys.find((key) => key.name === name)!;
  return valueToFeature(entity.keys[name], { name, type, dimension: 0 }, name);
}
