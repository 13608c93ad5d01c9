import type { FeatureService } from "@timewell/contracts";
import type { ExpressionInput } from "@timewell/transforms";
import type { ResolvedUse } from "./resolved-use.ts";
import { featureTypeOf } from "./value-types.ts";

/** Where the value of an input comes from. */
export type InputOrigin =
  /** A feature, by its place among the features of a view of the selection. */
  | { readonly from: "feature"; readonly view: number; readonly feature: number }
  /** A request key, by its name. */
  | { readonly from: "key"; readonly key: string }
  /** Request data, by its place among the request fields. */
  | { readonly from: "request"; readonly field: number };

/** An input of the expressions of a service. */
export interface DeclaredInput extends ExpressionInput {
  readonly origin: InputOrigin;
}

/** Everything that the expressions of a service may read: the features that it reads, its request keys, its request data. */
export function declaredInputs(service: FeatureService, uses: readonly ResolvedUse[]): DeclaredInput[] {
  const keys = new Map(uses.flatMap((use) => use.requestKeys.map((key) => [key.name, key.type] as const)));
  return [
    ...uses.flatMap((use, view) =>
      use.features.map(({ name, type, dimension }, feature) => ({
        name: `${use.name}.${name}`,
        type: featureTypeOf(type),
        dimension,
        origin: { from: "feature", view, feature } as const,
      })),
    ),
    ...[...keys].map(([key, type]) => ({
      name: key,
      type,
      dimension: 0,
      origin: { from: "key", key } as const,
    })),
    ...service.requestData.map(({ name, type, dimension }, field) => ({
      name,
      type: featureTypeOf(type),
      dimension,
      origin: { from: "request", field } as const,
    })),
  ];
}
