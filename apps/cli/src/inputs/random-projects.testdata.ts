import fc from "fast-check";

import {
  scalarNames,
  type AggregateSpec,
  type ConstraintSpec,
  type ValueSpec,
  type FieldSpec,
  type ProjectSpec,
} from "./project-specs.testdata.ts";

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
