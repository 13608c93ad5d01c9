export {
  entity,
  type EntityDefinition,
  type EntityOptions,
  type JoinKeys,
  type KeyTypeName,
} from "./entity.ts";
export { featureView, type FeatureViewDefinition, type FeatureViewOptions } from "./feature-view.ts";
export type { Intake, ScheduleOptions } from "./intake.ts";
export {
  windowedFeatureView,
  type Aggregates,
  type WindowedFeatureName,
  type WindowedFeatureViewOptions,
} from "./windowed-feature-view.ts";
export {
  count,
  first,
  last,
  lastN,
  max,
  mean,
  min,
  stddev,
  sum,
  type AggregateDefinition,
  type AggregateOptions,
  type Window,
} from "./aggregate.ts";
export {
  featureService,
  type FeatureServiceDefinition,
  type FeatureServiceOptions,
  type OnDemandOptions,
} from "./feature-service.ts";
export type { AliasOptions, ViewUse } from "./view-use.ts";
export {
  bool,
  bytes,
  double,
  float,
  int32,
  int64,
  list,
  string,
  timestamp,
  vector,
  type FeatureDefinition,
  type FeatureOptions,
  type ScalarDefinition,
} from "./value-type.ts";
export {
  freshWithin,
  matches,
  notNull,
  oneOf,
  predicate,
  range,
  type ConstraintDefinition,
  type ConstraintOptions,
  type ConstraintRule,
  type RuleValue,
} from "./constraint.ts";
export { csvSource, parquetSource, type SourceDefinition, type SourceOptions } from "./source.ts";
export { kafkaStream, type KafkaStreamOptions, type StreamDefinition } from "./stream.ts";
export type { Duration } from "./duration.ts";
export type { Labels } from "./labels.ts";
export { definitions, type Definition, type DefinitionBundle } from "./definitions.ts";
export { collectDefinitions } from "./collect-definitions.ts";
