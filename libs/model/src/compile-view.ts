import type { BatchSource, FeatureViewVersion } from "@timewell/contracts";
import { compileRowCodec } from "@timewell/row";
import type { CompiledView } from "./compiled-project.ts";
import { featureTypeOf, keyTypeOf } from "./value-types.ts";

/** Compiles one version of a view. */
export function compileView(project: string, version: FeatureViewVersion): CompiledView {
  const definition = version.definition!;
  const features = definition.features.map((feature, index) =>
    Object.freeze({
      name: feature.name,
      index,
      description: feature.description,
      number: version.fieldNumbers[feature.name]!,
      type: featureTypeOf(feature.type),
      dimension: feature.dimension,
    }),
  );
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
    features: Object.freeze(features),
    codec: compileRowCodec(features),
    ttlUs: definition.ttlMs * 1_000n,
    source: definition.batchSource,
    historyMode: recordsAvailableTimes(definition.batchSource) ? "AVAILABLE" : "EVENT_TIME",
    definition,
  });
}

function recordsAvailableTimes(source: BatchSource | undefined): boolean {
  if (source === undefined) return true;
  return source.createdTimeColumn !== "" || source.availabilityDelayMs !== undefined;
}
