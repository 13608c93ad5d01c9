import type { BatchSource, Feature, FeatureViewVersion } from "@timewell/contracts";
import { compileRowCodec } from "@timewell/row";
import type { CompiledFeature, CompiledView, ViewInput } from "./compiled-project.ts";
import { compileConstraints } from "./constraints/compile-constraints.ts";
import { featureTypeOf, keyTypeOf } from "./value-types.ts";
import { compileWindows } from "./windows/compile-windows.ts";

/** Compiles one version of a view. */
export function compileView(project: string, version: FeatureViewVersion): CompiledView {
  const definition = version.definition!;
  const features = compileFeatures(definition.features, version.fieldNumbers);
  const codec = compileRowCodec(features);
  const keys = version.entity!.joinKeys.map((key) =>
    Object.freeze({ name: key.name, type: keyTypeOf(key.type) }),
  );
  return Object.freeze({
    id: version.id,
    project,
    name: definition.name,
    version: version.version,
    schemaRevision: version.schemaRevision,
    entity: definition.entity,
    keys: Object.freeze(keys),
    features,
    codec,
    input: Object.freeze(compileInput(version) ?? { features, codec }),
    windows: compileWindows(version),
    ttlUs: definition.ttlMs * 1_000n,
    source: definition.batchSource,
    historyMode: recordsAvailableTimes(definition.batchSource) ? "AVAILABLE" : "EVENT_TIME",
    constraints: compileConstraints(definition, version.entity!),
    definition,
  });
}

/** Undefined where the rows of the view hold its features. */
function compileInput({ definition, eventFieldNumbers }: FeatureViewVersion): ViewInput | undefined {
  if (definition!.eventFields.length === 0) return undefined;
  const features = compileFeatures(definition!.eventFields, eventFieldNumbers);
  return { features, codec: compileRowCodec(features) };
}

function compileFeatures(
  features: readonly Feature[],
  numbers: Readonly<Record<string, number>>,
): readonly CompiledFeature[] {
  const compiled = features.map((feature, index) =>
    Object.freeze({
      name: feature.name,
      index,
      description: feature.description,
      number: numbers[feature.name]!,
      type: featureTypeOf(feature.type),
      dimension: feature.dimension,
    }),
  );
  return Object.freeze(compiled);
}

function recordsAvailableTimes(source: BatchSource | undefined): boolean {
  if (source === undefined) return true;
  return source.createdTimeColumn !== "" || source.availabilityDelayMs !== undefined;
}
