import type { FeatureView } from "@timewell/contracts";
import type { ExpressionInput } from "@timewell/transforms";
import { featureTypeOf } from "../value-types.ts";

/** The event fields of a windowed view, as filters read them. */
export function eventInputs(view: FeatureView): ExpressionInput[] {
  return view.eventFields.map(({ name, type, dimension }) => ({
    name,
    type: featureTypeOf(type),
    dimension,
  }));
}
