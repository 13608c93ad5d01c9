import type { FeatureViewVersion } from "@timewell/contracts";
import {
  compileEventFilter,
  compileRender,
  compileTiles,
  hopOf,
  type EventFilter,
  type WindowFeature,
} from "@timewell/transforms";
import { featureTypeOf } from "../value-types.ts";
import type { CompiledWindows } from "./compiled-windows.ts";
import { eventInputs } from "./event-inputs.ts";
import { windowFunctionOf } from "./window-function-of.ts";

/** Compiles the aggregates of a valid view; undefined where it has no windows. */
export function compileWindows(version: FeatureViewVersion): CompiledWindows | undefined {
  const { definition, cutOverUs, eventFieldNumbers } = version;
  const view = definition!;
  if (view.eventFields.length === 0) return undefined;
  const inputs = eventInputs(view);
  const places = new Map(view.eventFields.map(({ name }, place) => [name, place]));
  // Equal filters are one: what they count is kept once.
  const filters = new Map<string, EventFilter>();
  const filterOf = (text: string, path: string) => {
    const filter = filters.get(text) ?? compileEventFilter({ path, text }, inputs);
    filters.set(text, filter);
    return filter;
  };
  const features = view.features.map(({ name, type, aggregate }): WindowFeature => {
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
  const tiles = compileTiles(
    features,
    inputs.map(({ name, type }) => ({ number: eventFieldNumbers[name]!, type })),
  );
  return Object.freeze({
    features: Object.freeze(features),
    tiles,
    render: compileRender(tiles),
    eventId: places.get(view.eventIdField),
    cutOverUs: view.batchSource === undefined ? undefined : cutOverUs,
  });
}
