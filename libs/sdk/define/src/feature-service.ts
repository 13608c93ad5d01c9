import { clone, create } from "@bufbuild/protobuf";
import { protoCamelCase } from "@bufbuild/protobuf/reflect";
import { FeatureServiceSchema, ViewReferenceSchema, type FeatureService } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { kindOf } from "./definition-kind.ts";
import { freeze } from "./freeze.ts";
import { labelsOf, type Labels } from "./labels.ts";
import type { FeatureDefinition } from "./value-type.ts";
import type { ViewUse } from "./view-use.ts";

/** What `featureService()` takes. */
export interface FeatureServiceOptions extends Labels {
  /** Unique among the services of the project, snake_case. */
  readonly name: string;
  /** Views, aliases and parts of views, in column order; at least 1, at most 100. */
  readonly views: readonly Pick<ViewUse, "reference">[];
  /** Inputs that only the request knows: name to type, at most 100. Training sets take them from label columns. */
  readonly requestData?: Readonly<Record<string, FeatureDefinition>>;
  /** Features that are computed when they are read: name to type and expression, in column order, at most 100. */
  readonly onDemand?: Readonly<Record<string, OnDemandOptions>>;
}

/** A feature that is computed when it is read. */
export interface OnDemandOptions {
  /** Type of the result. */
  readonly type: FeatureDefinition;
  /** In CEL, over `<view or alias>.<feature>`, and request data and request keys by their names. */
  readonly expression: string;
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
 *   requestData: { planned_delay_min: int64() },
 *   onDemand: {
 *     is_risky: { type: bool(), expression: "origin.mean_delay > 15.0 && planned_delay_min > 30" },
 *   },
 * });
 *
 * @throws FeatureStoreError INVALID_NAME where two of views, aliases, request data and on-demand features have one name.
 */
export function featureService(options: FeatureServiceOptions): FeatureServiceDefinition {
  checkNames(options);
  const message = create(FeatureServiceSchema, {
    name: options.name,
    views: options.views.map((use) => clone(ViewReferenceSchema, use.reference)),
    requestData: Object.entries(options.requestData ?? {}).map(([name, field]) => fieldOf(name, field)),
    onDemandFeatures: Object.entries(options.onDemand ?? {}).map(([name, { type, expression }]) => ({
      ...fieldOf(name, type),
      expression,
    })),
    ...labelsOf(options),
  });
  return freeze({ [kindOf]: "featureService" as const, name: options.name, message });
}

function fieldOf(name: string, { type, dimension, description }: FeatureDefinition) {
  return { name, type, dimension, description };
}

/** Names that generated code could not tell apart; the registry checks those of join keys too, which it knows. */
function checkNames({ name, views, requestData = {}, onDemand = {} }: FeatureServiceOptions): void {
  const taken = new Map<string, string>();
  for (const { reference } of views) {
    const use = reference.alias === "" ? reference.view : reference.alias;
    taken.set(protoCamelCase(use), `view or alias ${use}`);
    for (const key of Object.values(reference.joinKeyMapping))
      taken.set(protoCamelCase(key), `request key ${key}`);
  }
  const added = [
    ...Object.keys(requestData).map((field) => ["request_data", "request field", field] as const),
    ...Object.keys(onDemand).map((field) => ["on_demand_features", "on-demand feature", field] as const),
  ];
  for (const [list, use, field] of added) {
    const other = taken.get(protoCamelCase(field));
    if (other !== undefined) {
      const path = `feature_services[${name}].${list}[${field}].name`;
      const problem = `Cannot accept ${path}: ${other} has this name, or one with the same camelCase form`;
      throw new FeatureStoreError("INVALID_NAME", problem, { field: path, hint: "Rename one of them." });
    }
    taken.set(protoCamelCase(field), `${use} ${field}`);
  }
}
