import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  AggregateFunction,
  type FeatureSchema,
  FeatureViewSchema,
  ValueType,
  ViewReferenceSchema,
} from "@timewell/contracts";
import type { AggregateDefinition, Window } from "./aggregate.ts";
import { kindOf } from "./definition-kind.ts";
import { durationMs, type Duration } from "./duration.ts";
import type { EntityDefinition } from "./entity.ts";
import type { FeatureViewDefinition } from "./feature-view.ts";
import { freeze } from "./freeze.ts";
import { intakeMessages, type Intake } from "./intake.ts";
import { invalidDefinition } from "./invalid-definition.ts";
import { labelsOf, type Labels } from "./labels.ts";
import type { FeatureDefinition } from "./value-type.ts";
import { makeUse } from "./view-use.ts";

/** Aggregates by the name that their features begin with. */
export type Aggregates = Readonly<Record<string, AggregateDefinition>>;

/** Names of the features of aggregates: `<name>_<window>`. */
export type WindowedFeatureName<A extends Aggregates> = {
  [Name in keyof A & string]: `${Name}_${A[Name]["windows"][number] & Window}`;
}[keyof A & string];

/** What `windowedFeatureView()` takes. */
export interface WindowedFeatureViewOptions<Key extends string, A extends Aggregates> extends Labels, Intake {
  /** Unique among the views of the project, snake_case. */
  readonly name: string;
  /** What the features describe. */
  readonly entity: EntityDefinition<Key>;
  /** Fields of an event, name to type; at least 1, at most 1,000. */
  readonly events: Readonly<Record<string, FeatureDefinition>>;
  /** What is computed of the events; a feature `<name>_<window>` for each window, in this order. */
  readonly aggregates: A;
  /** Field that tells events apart, of type STRING, BYTES or INT64: two events with one value of one entity are one. */
  readonly eventId?: string;
  /** With a source: events before it count from the files, events from it on as they come. Left out: when the view is first applied. */
  readonly cutOver?: Date;
}

/**
 * Defines aggregates of the events of an entity over windows that end when they are read.
 *
 * @example
 * export const departures = windowedFeatureView({
 *   name: "departures",
 *   entity: airport,
 *   events: { flight_id: string(), dep_delay: double() },
 *   aggregates: {
 *     departures: count(["1h", "24h"]),
 *     mean_delay: mean("dep_delay", ["1h", "24h"], { where: "dep_delay > 0.0" }),
 *   },
 *   eventId: "flight_id",
 * });
 *
 * @throws FeatureStoreError INVALID_DEFINITION for a window that cannot be read, or an input that is no event field.
 */
export function windowedFeatureView<const Key extends string, const A extends Aggregates>(
  options: WindowedFeatureViewOptions<Key, A>,
): FeatureViewDefinition<Key, WindowedFeatureName<A>> {
  const path = `feature_views[${options.name}]`;
  const fields = Object.entries(options.events);
  const features = Object.entries<AggregateDefinition>(options.aggregates).flatMap(([name, aggregate]) =>
    aggregate.windows.map((window) => feature(`${name}_${window}`, aggregate, window, options.events, path)),
  );
  const { cutOver } = options;
  const message = create(FeatureViewSchema, {
    name: options.name,
    entity: options.entity.name,
    features,
    eventFields: fields.map(([name, { type, dimension, description }]) => ({
      name,
      type,
      dimension,
      description,
    })),
    eventIdField: options.eventId ?? "",
    ...(cutOver && { cutOverUs: BigInt(cutOver.getTime()) * 1000n }),
    ...labelsOf(options),
    ...intakeMessages(options, options.entity, fields, path),
  });
  return freeze({
    [kindOf]: "featureView" as const,
    name: options.name,
    entity: options.entity,
    featureNames: features.map(({ name }) => name as WindowedFeatureName<A>),
    message,
    ...makeUse<Key, WindowedFeatureName<A>>(create(ViewReferenceSchema, { view: options.name })),
  });
}

function feature(
  name: string,
  { function: fn, input, where, n, description }: AggregateDefinition,
  window: Window,
  events: Readonly<Record<string, FeatureDefinition>>,
  viewPath: string,
): MessageInitShape<typeof FeatureSchema> & { name: string } {
  const path = `${viewPath}.features[${name}].aggregate`;
  const field = Object.hasOwn(events, input) ? events[input] : undefined;
  if (field === undefined && fn !== AggregateFunction.COUNT)
    throw invalidDefinition(`${path}.input`, input, "the name of an event field");
  return {
    name,
    type: resultType(fn, field?.type),
    description,
    aggregate: {
      function: fn,
      input,
      windowMs: window === "lifetime" ? 0n : durationMs(window as Duration, `${path}.window_ms`),
      filter: where,
      n,
    },
  };
}

/** The registry says where a function does not take the type. */
function resultType(fn: AggregateFunction, input: ValueType | undefined): ValueType {
  switch (fn) {
    case AggregateFunction.COUNT:
      return ValueType.INT64;
    case AggregateFunction.MEAN:
    case AggregateFunction.STDDEV:
      return ValueType.DOUBLE;
    case AggregateFunction.SUM:
      return input === ValueType.INT32 || input === ValueType.INT64 ? ValueType.INT64 : ValueType.DOUBLE;
    case AggregateFunction.LAST_N:
      // Every list type of the contract is 16 above the type of its elements.
      return (input! + 16) as ValueType;
    default:
      return input!;
  }
}
