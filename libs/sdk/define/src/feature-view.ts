import { create } from "@bufbuild/protobuf";
import {
  BatchSourceSchema,
  FeatureViewSchema,
  ViewReferenceSchema,
  type BatchSource,
  type FeatureView,
} from "@timewell/contracts";
import type { ConstraintDefinition } from "./constraint.ts";
import { constraintMessages } from "./constraint-messages.ts";
import { kindOf } from "./definition-kind.ts";
import { durationMs, type Duration } from "./duration.ts";
import type { EntityDefinition } from "./entity.ts";
import { freeze } from "./freeze.ts";
import { labelsOf, type Labels } from "./labels.ts";
import type { SourceDefinition } from "./source.ts";
import { streamMessage, type StreamDefinition } from "./stream.ts";
import type { FeatureDefinition } from "./value-type.ts";
import { makeUse, type ViewUse } from "./view-use.ts";

/** What `featureView()` takes. */
export interface FeatureViewOptions<Key extends string, Name extends string> extends Labels {
  /** Unique among the views of the project, snake_case. */
  readonly name: string;
  /** What the features describe. */
  readonly entity: EntityDefinition<Key>;
  /** Name to type, in column order; at least 1, at most 1,000. */
  readonly features: Readonly<Record<Name, FeatureDefinition>>;
  /** How long a value stays alive after its event time. Left out or 0: for ever. */
  readonly ttl?: Duration;
  /** Where history comes from. Left out: the view is filled by pushes only. */
  readonly source?: SourceDefinition;
  /** Topic whose records are written to the view as they come. Left out: none. */
  readonly stream?: StreamDefinition;
  /** What every row that is pushed or comes from a topic must keep; at most 100. Rows of source files are checked and counted. */
  readonly constraints?: readonly ConstraintDefinition[];
  /** When ingestion materializes the source by itself, incrementally. Left out: never. */
  readonly schedule?: ScheduleOptions;
}

/** When something is done again and again. */
export interface ScheduleOptions {
  /** Time between two starts, at least 1 s. */
  readonly every: Duration;
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
  const featureTypes = features.map(([name, { type }]) => ({ name, type }));
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
    constraints: constraintMessages(
      options.constraints ?? [],
      new Map([...options.entity.message.joinKeys, ...featureTypes].map(({ name, type }) => [name, type])),
      `${path}.constraints`,
    ),
    ...(options.source && { batchSource: sourceMessage(options.source, `${path}.batch_source`) }),
    ...(options.stream && { streamSource: streamMessage(options.stream, `${path}.stream_source`) }),
    ...(options.schedule && {
      schedule: { everyMs: durationMs(options.schedule.every, `${path}.schedule.every`) },
    }),
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

function sourceMessage(source: SourceDefinition, path: string): BatchSource {
  const { availabilityDelay } = source;
  return create(BatchSourceSchema, {
    format: source.format,
    path: source.path,
    eventTimeColumn: source.eventTime,
    createdTimeColumn: source.createdTime ?? "",
    fieldMapping: { ...source.columns },
    ...(availabilityDelay !== undefined && {
      availabilityDelayMs: durationMs(availabilityDelay, `${path}.availability_delay`),
    }),
  });
}
