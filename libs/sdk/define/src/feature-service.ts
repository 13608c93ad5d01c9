import { clone, create } from "@bufbuild/protobuf";
import { FeatureServiceSchema, ViewReferenceSchema, type FeatureService } from "@timewell/contracts";
import { kindOf } from "./definition-kind.ts";
import { freeze } from "./freeze.ts";
import { labelsOf, type Labels } from "./labels.ts";
import type { ViewUse } from "./view-use.ts";

/** What `featureService()` takes. */
export interface FeatureServiceOptions extends Labels {
  /** Unique among the services of the project, snake_case. */
  readonly name: string;
  /** Views, aliases and parts of views, in column order; at least 1, at most 100. */
  readonly views: readonly Pick<ViewUse, "reference">[];
}

/** A feature service. */
export interface FeatureServiceDefinition {
  readonly [kindOf]: "featureService";
  readonly name: string;
  /** As the registry gets it. */
  readonly message: FeatureService;
}

/**
 * Defines the features that one model version reads.
 *
 * @example
 * export const flightDelay = featureService({
 *   name: "flight_delay",
 *   views: [
 *     routeDaily,
 *     airportHourly.as("origin", { joinKeys: { airport: "origin" } }),
 *     airportHourly.select("mean_delay").as("destination", { joinKeys: { airport: "destination" } }),
 *   ],
 * });
 */
export function featureService(options: FeatureServiceOptions): FeatureServiceDefinition {
  const message = create(FeatureServiceSchema, {
    name: options.name,
    views: options.views.map((use) => clone(ViewReferenceSchema, use.reference)),
    ...labelsOf(options),
  });
  return freeze({ [kindOf]: "featureService" as const, name: options.name, message });
}
