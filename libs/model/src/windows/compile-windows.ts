import type { FeatureViewVersion } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { compileRender, compileTiles } from "@timewell/transforms";
import type { CompiledWindows } from "./compiled-windows.ts";
import { eventInputs } from "./event-inputs.ts";
import { valueBytesMax } from "./value-bytes-max.ts";
import { windowFeaturesOf } from "./window-features-of.ts";

/** Ids of view versions are below this; that plus an id is the id of the part made of source files. */
const batchParts = 2 ** 31;

function batchPartOf(id: number): number {
  if (id < batchParts) return id + batchParts;
  throw new FeatureStoreError(
    "INTERNAL",
    `Cannot compile a view with windows: its id ${id} is not below 2^31`,
  );
}

/** Compiles the aggregates of a valid view; undefined where it has no windows. */
export function compileWindows(version: FeatureViewVersion): CompiledWindows | undefined {
  const { cutOverUs, eventFieldNumbers } = version;
  const view = version.definition!;
  if (view.eventFields.length === 0) return undefined;
  const features = windowFeaturesOf(view);
  const inputs = eventInputs(view).map(({ name, type }) => ({ number: eventFieldNumbers[name]!, type }));
  const tiles = compileTiles(features, inputs);
  const eventId = view.eventFields.findIndex(({ name }) => name === view.eventIdField);
  const texts = features.flatMap(({ input, function: name }) => {
    const isText = input !== undefined && ["STRING", "BYTES"].includes(inputs[input]!.type);
    return isText && name !== "COUNT" ? [input] : [];
  });
  return Object.freeze({
    features: Object.freeze(features),
    tiles,
    render: compileRender(tiles),
    eventId: eventId < 0 ? undefined : eventId,
    cutOverUs: view.batchSource === undefined ? undefined : cutOverUs,
    batchPartId: view.batchSource === undefined ? undefined : batchPartOf(version.id),
    answeredTexts: Object.freeze([...new Set(texts)]),
    valueBytesMax: valueBytesMax(features),
  });
}
