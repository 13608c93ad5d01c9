import { create } from "@bufbuild/protobuf";
import { FeatureViewSchema, ViewReferenceSchema, type FeatureView } from "@timewell/contracts";
import { kindOf } from "./definition-kind.ts";
import { durationMs, type Duration } from "./duration.ts";
import type { EntityDefinition } from "./entity.ts";
import { freeze } from "./freeze.ts";
import { intakeMessages, type Intake } from "./intake.ts";
import { labelsOf, type Labels } from "./labels.ts";
import type { FeatureDefinition } from "./value-type.ts";
import { makeUse, type ViewUse } from "./view-use.ts";

/** What `featureView()` takes. */
export interface FeatureViewOptions<Key extends string, Name extends string> extends Labels, Intake {
  /** Unique among the views of the project, snake_case. */
  readonly name: string;
  /** What the features describe. */
  readonly entity: EntityDefinition<Key>;
  /** Name to type, in column order; at least 1, at most 1,000. */
  readonly features: Readonly<Record<Name, FeatureDefinition>>;
  /** How long a value stays alive after its event time. Left out or 0: for ever. */
  readonly ttl?: Duration;
}

/** A feature view; a service may use it as it is, under an alias, or in part. */
export interface FeatureViewDefinition<
  Key extends string = string,
  Name extends string = string,
> extends ViewUse<Key, Name> {
  readonly [kindOf]: "featureView";
  readonly name: string;
  readonly entity: EntityDefinition<Key>;
  readonly featureNames: readonly Name[];
  /** As the registry gets it. */
  readonly message: FeatureView;
}

/**
 * Defines a group of features of one entity that share a source and a ttl.
 *
 * @example
 * export const airportHourly = featureView({
 *   name: "airport_hourly",
 *   entity: airport,
 *   features: { departures: int64(), mean_delay: double({ description: "Minutes" }) },
 *   ttl: "6h",
 *   source: parquetSource({ path: "airport_hourly", eventTime: "hour" }),
 * });
 *
 * @throws FeatureStoreError INVALID_DEFINITION for a duration that cannot be read.
 */
export function featureView<const Key extends string, const Name extends string>(
  options: FeatureViewOptions<Key, Name>,
): FeatureViewDefinition<Key, Name> {
  const path = `feature_views[${options.name}]`;
  const features = Object.entries<FeatureDefinition>(options.features);
  const message = create(FeatureViewSchema, {
    name: options.name,
    entity: options.entity.name,
    features: features.map(([name, { type, dimension, description }]) => ({
      name,
      type,
      dimension,
      description,
    })),
    ttlMs: durationMs(options.ttl ?? 0, `${path}.ttl`),
    ...labelsOf(options),
    ...intakeMessages(options, options.entity, features, path),
  });
  return freeze({
    [kindOf]: "featureView" as const,
    name: options.name,
    entity: options.entity,
    featureNames: features.map(([name]) => name as Name),
    message,
    ...makeUse<Key, Name>(create(ViewReferenceSchema, { view: options.name })),
  });
}
