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
import fc from "fast-check";

const scalars = { bool, int32, int64, float, double, string, bytes, timestamp };
type ScalarName = keyof typeof scalars;
export const scalarNames = Object.keys(scalars) as ScalarName[];

interface LabelSpec {
  readonly description?: string | undefined;
  readonly owner?: string | undefined;
  readonly tags?: Record<string, string> | undefined;
}
/** `double`, `double[]` or `vector 8`. */
interface FieldSpec {
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
type ValueSpec = boolean | number | string | { bytes: string } | { whole: string } | { ms: number };
interface ConstraintSpec {
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
interface AggregateSpec {
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

const text = fc.string({ unit: "grapheme", maxLength: 12 });
const name = fc.constantFrom("a", "b_1", "b1", "mean_delay", "meandelay", "x_y", "origin", "airport");
const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
// Not whole numbers: JavaScript puts those first, so that its maps cannot be put in order.
const textMap = fc.dictionary(
  text.map((key) => `k${key}`),
  text,
  { maxKeys: 4 },
);
const labels = { description: some(text), owner: some(text), tags: some(textMap) };
const type = fc.oneof(
  fc.constantFrom(...scalarNames),
  fc.constantFrom(...scalarNames.map((scalar) => `${scalar}[]`)),
  fc.integer({ min: 1, max: 65_536 }).map((dimension) => `vector ${dimension}`),
);
const keyType = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom("bool", "int32", "int64", "string", "bytes", "timestamp") },
  { weight: 1, arbitrary: fc.constantFrom("float", "double") },
);
const byName = { selector: (each: { name: string }) => each.name };
const fields = (of: fc.Arbitrary<string>, minLength: number, maxLength: number) =>
  fc.uniqueArray(fc.record({ name, type: of, description: some(text) }), { minLength, maxLength, ...byName });
const durationMs = fc.oneof(
  fc.constantFrom(0, 1, 999, 86_400_000, Number.MAX_SAFE_INTEGER),
  fc.nat(1_000_000_000_000),
);

const source = fc.record({
  format: fc.constantFrom("parquet" as const, "csv" as const),
  path: text,
  eventTime: text,
  createdTime: some(text),
  delayMs: some(durationMs),
  columns: some(textMap),
});

const stream = fc.record({
  topic: text,
  format: fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom("json", "protobuf") },
    { weight: 1, arbitrary: fc.constant("avro") },
  ),
  eventTime: some(text),
  eventTimeUnit: some(fc.constantFrom("us", "ms", "s")),
  columns: some(textMap),
  latenessMs: some(durationMs),
  message: some(text),
  descriptorSet: some(fc.constantFrom("", "00ff")),
  delete: some(text),
});

const wholes = fc.constantFrom(
  "0",
  "-1",
  "2147483647",
  "2147483648",
  "-9223372036854775808",
  "9223372036854775808",
);
/** Values, most of which fit a type; doubles of whole value are whole numbers in both languages. */
const valueFor = (of: string): fc.Arbitrary<ValueSpec> => {
  const fitting: Record<string, fc.Arbitrary<ValueSpec>> = {
    bool: fc.boolean(),
    int32: fc.oneof(
      fc.constantFrom(0, -5, 3.5),
      wholes.map((whole) => ({ whole })),
    ),
    int64: fc.oneof(
      fc.constantFrom(0, -5, 3.5),
      wholes.map((whole) => ({ whole })),
    ),
    float: fc.constantFrom(0, -1.5, 0.1),
    double: fc.constantFrom(0, -1.5, 0.1, 1e300),
    string: text,
    bytes: fc.constantFrom({ bytes: "" }, { bytes: "00ff" }),
    timestamp: fc.oneof(
      fc.constantFrom({ ms: 0 }, { ms: -1 }, { ms: 1_700_000_000_123 }),
      fc.constantFrom(0, 1.5).map((value) => value),
    ),
  };
  const wrong: fc.Arbitrary<ValueSpec> = fc.constantFrom(true, "x", { bytes: "01" });
  return fc.oneof({ weight: 30, arbitrary: fitting[of] ?? wrong }, { weight: 1, arbitrary: wrong });
};

/** Rules about these fields, and now and then about one that is not there. */
function constraintsOf(fields: readonly FieldSpec[]) {
  const field = fc.oneof(
    {
      weight: 30,
      arbitrary: fields.length > 0 ? fc.constantFrom(...fields) : fc.constant({ name: "none", type: "bool" }),
    },
    { weight: 1, arbitrary: fc.constant({ name: "absent", type: "bool" }) },
  );
  const constraint = field.chain(({ name: own, type: of }) =>
    fc.record({
      kind: fc.constantFrom<ConstraintSpec["kind"][]>(
        "range",
        "oneOf",
        "matches",
        "notNull",
        "freshWithin",
        "predicate",
      ),
      field: fc.constant(own),
      values: fc.array(valueFor(of), { minLength: 1, maxLength: 2 }),
      text,
      durationMs,
      name: some(name),
      policy: some(fc.constantFrom("reject" as const, "count" as const)),
    }),
  );
  return some(fc.array(constraint, { maxLength: 4 }));
}

/** Windows over events of these fields; names that are their own with any window, and inputs that have a type that a list may have. */
function windowsOf(fields: readonly FieldSpec[]) {
  const scalars = fields.filter(({ type: of }) => !/[[ ]/.test(of)).map((field) => field.name);
  const input = fc.oneof(
    { weight: 40, arbitrary: fc.constantFrom(...(scalars.length > 0 ? scalars : ["none"])) },
    { weight: 1, arbitrary: fc.constant("absent") },
  );
  const aggregate = fc.record({
    name,
    kind: fc.constantFrom<AggregateSpec["kind"][]>(
      "count",
      "lastN",
      "sum",
      "mean",
      "min",
      "max",
      "stddev",
      "first",
      "last",
    ),
    field: input,
    n: fc.nat(1_000),
    windows: fc.uniqueArray(
      fc.oneof(
        { weight: 20, arbitrary: fc.constantFrom("1m", "60m", "24h", "7d", "lifetime") },
        { weight: 1, arbitrary: fc.constantFrom("1.5h", "", "forever", "9007199254740992ms") },
      ),
      { minLength: 1, maxLength: 3 },
    ),
    where: some(text),
    description: some(text),
  });
  return fc.record({
    aggregates: fc.uniqueArray(aggregate, { minLength: 1, maxLength: 4, ...byName }),
    eventId: some(input),
    cutOverMs: some(fc.constantFrom(0, -1, 1_767_225_600_000)),
  });
}

/** Projects with everything that the languages have, sensible or not: both must say the same of them. */
export const projectSpecs: fc.Arbitrary<ProjectSpec> = fc
  .uniqueArray(fc.record({ name, keys: fields(keyType, 0, 4), ...labels }), {
    minLength: 1,
    maxLength: 3,
    ...byName,
  })
  .chain((entities) => {
    const view = fc.tuple(fc.nat(entities.length - 1), fields(type, 1, 5)).chain(([entity, features]) =>
      fc.record({
        name,
        entity: fc.constant(entity),
        features: fc.constant(features),
        ttlMs: some(durationMs),
        source: some(source),
        stream: some(stream),
        constraints: constraintsOf([...entities[entity]!.keys, ...features]),
        everyMs: some(durationMs),
        windows: some(windowsOf(features)),
        ...labels,
      }),
    );
    return fc.uniqueArray(view, { minLength: 1, maxLength: 3, ...byName }).chain((views) => {
      const use = fc.nat(views.length - 1).chain((index) => {
        const { entity: of, features, windows } = views[index]!;
        const names =
          windows === undefined
            ? features.map((each) => each.name)
            : windows.aggregates.flatMap((each) => each.windows.map((window) => `${each.name}_${window}`));
        const keys = entities[of]!.keys.map((key) => key.name);
        return fc.record({
          view: fc.constant(index),
          alias: some(name),
          joinKeys:
            keys.length > 0 ? some(fc.dictionary(fc.constantFrom(...keys), name)) : fc.constant(undefined),
          select: some(fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 })),
          version: some(fc.integer({ min: 1, max: 2 ** 32 - 1 })),
        });
      });
      const computed = fc.record({ name, type, description: some(text), expression: text });
      const service = fc.record({
        name,
        uses: fc.array(use, { maxLength: 3 }),
        requestData: fields(type, 0, 2),
        onDemand: fc.uniqueArray(computed, { maxLength: 2, ...byName }),
        ...labels,
      });
      const services = fc.uniqueArray(service, { maxLength: 2, ...byName });
      return fc.record({ entities: fc.constant(entities), views: fc.constant(views), services });
    });
  });
