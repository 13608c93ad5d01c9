import { toJson } from "@bufbuild/protobuf";
import {
  DefinitionKind,
  EntitySchema,
  FeatureServiceStateSchema,
  FeatureViewStateSchema,
  type Snapshot,
} from "@timewell/contracts";

const options = { alwaysEmitImplicit: true };

/** Every definition of a kind as the contract writes it in JSON. */
export function definitionsJson(kind: DefinitionKind, snapshot: Snapshot): Record<string, unknown>[] {
  switch (kind) {
    case DefinitionKind.ENTITY:
      return snapshot.entities.map((entity) => object(toJson(EntitySchema, entity, options)));
    case DefinitionKind.FEATURE_VIEW:
      return snapshot.featureViews.map((view) => object(toJson(FeatureViewStateSchema, view, options)));
    default:
      return snapshot.featureServices.map((service) => {
        const json = object(toJson(FeatureServiceStateSchema, service, options));
        return { name: service.definition?.name, ...json };
      });
  }
}

function object(json: unknown): Record<string, unknown> {
  return json as Record<string, unknown>;
}
