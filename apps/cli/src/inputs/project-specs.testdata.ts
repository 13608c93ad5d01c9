import {
  bool,
  bytes,
  collectDefinitions,
  count,
  csvSource,
  double,
  entity,
  featureService,
  featureView,
  first,
  float,
  freshWithin,
  int32,
  int64,
  kafkaStream,
  last,
  lastN,
  list,
  matches,
  max,
  mean,
  min,
  notNull,
  oneOf,
  parquetSource,
  predicate,
  range,
  stddev,
  string,
  sum,
  timestamp,
  vector,
  windowedFeatureView,
  type AggregateDefinition,
  type ConstraintDefinition,
  type EntityDefinition,
  type FeatureDefinition,
  type KeyTypeName,
  type RuleValue,
  type Window,
} from "@timewell/define";
import type { Definitions } from "@timewell/contracts";

const scalars = { bool, int32, int64, float, double, string, bytes, timestamp };
type ScalarName = keyof typeof scalars;
export const scalarNames = Object.keys(scalars) as ScalarName[];

interface LabelSpec {
  readonly description?: string | undefined;
  readonly owner?: string | undefined;
  readonly tags?: Record<string, string> | undefined;
}
/** `double`, `double[]` or `vector 8`. */
export interface FieldSpec {
  readonly name: string;
  readonly type: string;
  readonly description?: string | undefined;
}
interface SourceSpec {
  readonly format: "parquet" | "csv";
  readonly path: string;
  readonly eventTime: string;
  readonly createdTime?: string | undefined;
  readonly delayMs?: number | undefined;
  readonly columns?: Record<string, string> | undefined;
}
interface StreamSpec {
  readonly topic: string;
  readonly format: string;
  readonly eventTime?: string | undefined;
  readonly eventTimeUnit?: string | undefined;
  readonly columns?: Record<string, string> | undefined;
  readonly latenessMs?: number | undefined;
  readonly message?: string | undefined;
  /** In hex digits. */
  readonly descriptorSet?: string | undefined;
  readonly delete?: string | undefined;
}
/** A value as it is, bytes in hex digits, a whole number in decimal digits, or a time in ms. */
export type ValueSpec = boolean | number | string | { bytes: string } | { whole: string } | { ms: number };
/** A rule. */
export interface ConstraintSpec {
  readonly kind: "range" | "oneOf" | "matches" | "notNull" | "freshWithin" | "predicate";
  readonly field: string;
  readonly values: readonly ValueSpec[];
  /** Pattern or expression. */
  readonly text: string;
  readonly durationMs: number;
  readonly name?: string | undefined;
  readonly policy?: "reject" | "count" | undefined;
}
const aggregates = { sum, mean, min, max, stddev, first, last };
/** An aggregate. */
export interface AggregateSpec {
  readonly name: string;
  readonly kind: "count" | "lastN" | keyof typeof aggregates;
  readonly field: string;
  readonly n: number;
  readonly windows: readonly string[];
  readonly where?: string | undefined;
  readonly description?: string | undefined;
}
/** In a view: its features are the fields of events. */
interface WindowsSpec {
  readonly aggregates: readonly AggregateSpec[];
  readonly eventId?: string | undefined;
  readonly cutOverMs?: number | undefined;
}
interface UseSpec {
  readonly view: number;
  readonly alias?: string | undefined;
  readonly joinKeys?: Record<string, string> | undefined;
  readonly select?: readonly string[] | undefined;
  readonly version?: number | undefined;
}

/** A project in words that both languages read: python/timewell/tests/definitions_from_specs.py reads the same. */
export interface ProjectSpec {
  readonly entities: readonly (LabelSpec & { name: string; keys: readonly FieldSpec[] })[];
  readonly views: readonly (LabelSpec & {
    name: string;
    entity: number;
    features: readonly FieldSpec[];
    ttlMs?: number | undefined;
    source?: SourceSpec | undefined;
    stream?: StreamSpec | undefined;
    constraints?: readonly ConstraintSpec[] | undefined;
    everyMs?: number | undefined;
    windows?: WindowsSpec | undefined;
  })[];
  readonly services: readonly (LabelSpec & {
    name: string;
    uses: readonly UseSpec[];
    requestData: readonly FieldSpec[];
    onDemand: readonly (FieldSpec & { expression: string })[];
  })[];
}

function typeOf({ type, description }: FieldSpec): FeatureDefinition {
  const options = description === undefined ? {} : { description };
  if (type.startsWith("vector ")) return vector(Number(type.slice(7)), options);
  if (type.endsWith("[]")) return list(scalars[type.slice(0, -2) as ScalarName](), options);
  return scalars[type as ScalarName](options);
}

function sourceOf({ format, path, eventTime, createdTime, delayMs, columns }: SourceSpec) {
  return (format === "csv" ? csvSource : parquetSource)({
    path,
    eventTime,
    ...(createdTime !== undefined && { createdTime }),
    ...(delayMs !== undefined && { availabilityDelay: `${delayMs}ms` as const }),
    ...(columns && { columns }),
  });
}

function streamOf({ latenessMs, descriptorSet, ...stream }: StreamSpec) {
  const given = Object.entries(stream).filter(([, part]) => part !== undefined);
  return kafkaStream({
    ...(Object.fromEntries(given) as { topic: string; format: "json" }),
    ...(latenessMs !== undefined && { allowedLateness: `${latenessMs}ms` as const }),
    ...(descriptorSet !== undefined && { descriptorSet: Buffer.from(descriptorSet, "hex") }),
  });
}

function valueOf(value: ValueSpec): RuleValue {
  if (typeof value !== "object") return value;
  if ("bytes" in value) return Buffer.from(value.bytes, "hex");
  return "ms" in value ? new Date(value.ms) : BigInt(value.whole);
}

function constraintOf({ kind, field, values, text: own, durationMs: ms, ...given }: ConstraintSpec) {
  const options = {
    ...(given.name !== undefined && { name: given.name }),
    ...(given.policy !== undefined && { policy: given.policy }),
  };
  const [min, max] = values.map(valueOf);
  const make: Record<ConstraintSpec["kind"], () => ConstraintDefinition> = {
    range: () =>
      range(field, { ...options, ...(min !== undefined && { min }), ...(max !== undefined && { max }) }),
    oneOf: () => oneOf(field, values.map(valueOf), options),
    matches: () => matches(field, own, options),
    notNull: () => notNull(field, options),
    freshWithin: () => freshWithin(`${ms}ms`, options),
    predicate: () => predicate(own, options),
  };
  return make[kind]();
}

function aggregateOf({ kind, field, n, windows, where, description }: AggregateSpec): AggregateDefinition {
  const options = {
    ...(where !== undefined && { where }),
    ...(description !== undefined && { description }),
  };
  const lengths = windows as readonly Window[];
  if (kind === "count") return count(lengths, options);
  return kind === "lastN" ? lastN(field, n, lengths, options) : aggregates[kind](field, lengths, options);
}

function viewOf(spec: ProjectSpec["views"][number], entities: readonly EntityDefinition[]) {
  const { name, entity: index, features, ttlMs, source, stream, windows } = spec;
  const fields = Object.fromEntries(features.map((field) => [field.name, typeOf(field)]));
  const common = {
    name,
    entity: entities[index]!,
    ...(source && { source: sourceOf(source) }),
    ...(stream && { stream: streamOf(stream) }),
    ...(spec.constraints && { constraints: spec.constraints.map(constraintOf) }),
    ...(spec.everyMs !== undefined && { schedule: { every: `${spec.everyMs}ms` as const } }),
    ...labelsOf(spec),
  };
  if (windows === undefined)
    return featureView({
      ...common,
      features: fields,
      ...(ttlMs !== undefined && { ttl: `${ttlMs}ms` as const }),
    });
  return windowedFeatureView({
    ...common,
    events: fields,
    aggregates: Object.fromEntries(windows.aggregates.map((each) => [each.name, aggregateOf(each)])),
    ...(windows.eventId !== undefined && { eventId: windows.eventId }),
    ...(windows.cutOverMs !== undefined && { cutOver: new Date(windows.cutOverMs) }),
  });
}

function labelsOf({ description, owner, tags }: LabelSpec) {
  return {
    ...(description !== undefined && { description }),
    ...(owner !== undefined && { owner }),
    ...(tags && { tags }),
  };
}

/** The project in the TypeScript language. */
export function defineProject(spec: ProjectSpec): Definitions {
  const entities = spec.entities.map(({ name, keys, ...labels }) => {
    const joinKeys = keys.map((key) => ({ name: key.name, type: key.type as KeyTypeName }));
    return entity({ name, joinKeys, ...labelsOf(labels) });
  });
  const views = spec.views.map((view) => viewOf(view, entities));
  const services = spec.services.map(({ name, uses, requestData, onDemand, ...labels }) =>
    featureService({
      name,
      views: uses.map(({ view, alias, joinKeys, select, version }) => {
        let use = views[view]!.as(alias ?? "", joinKeys && { joinKeys });
        if (select) use = use.select(...(select as [string, ...string[]]));
        return version === undefined ? use : use.version(version);
      }),
      requestData: Object.fromEntries(requestData.map((field) => [field.name, typeOf(field)])),
      onDemand: Object.fromEntries(
        onDemand.map((field) => [field.name, { type: typeOf(field), expression: field.expression }]),
      ),
      ...labelsOf(labels),
    }),
  );
  return collectDefinitions({ all: [entities, views, services] as never });
}
