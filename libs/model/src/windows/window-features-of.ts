import type { FeatureView } from "@timewell/contracts";
import { compileEventFilter, hopOf, type EventFilter, type WindowFeature } from "@timewell/transforms";
import { featureTypeOf } from "../value-types.ts";
import { eventInputs } from "./event-inputs.ts";
import { windowFunctionOf } from "./window-function-of.ts";

/** The aggregates of a valid view, one for each feature, in its order. */
export function windowFeaturesOf(view: FeatureView): WindowFeature[] {
  const inputs = eventInputs(view);
  const places = new Map(inputs.map(({ name }, place) => [name, place]));
  // Equal filters are one: what they count is kept once.
  const filters = new Map<string, EventFilter>();
  const filterOf = (text: string, path: string) => {
    const filter = filters.get(text) ?? compileEventFilter({ path, text }, inputs);
    filters.set(text, filter);
    return filter;
  };
  return view.features.map(({ name, type, aggregate }) => {
    const { function: number, input, windowMs, filter, n } = aggregate!;
    const windowUs = windowMs * 1_000n;
    const path = `feature_views[${view.name}].features[${name}].aggregate.filter`;
    return Object.freeze({
      function: windowFunctionOf(number)!,
      input: places.get(input),
      windowUs,
      hopUs: hopOf(windowUs),
      filter: filter === "" ? undefined : filterOf(filter, path),
      n,
      type: featureTypeOf(type),
    });
  });
}
