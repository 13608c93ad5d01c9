import { create } from "@bufbuild/protobuf";
import { DefinitionsSchema, ValueType } from "@timewell/contracts";
import { type CompiledProject, compileProject, featureTypeOf, planDefinitions } from "@timewell/model";
import { type FeatureValue, normalizeFeatureValue } from "@timewell/row";
import { timeMaxUs, timeMinUs } from "@timewell/ttl";
import fc from "fast-check";

/** A random project with the service `scores`, and rows of everything that it reads. */
export interface OnDemandCase {
  readonly project: CompiledProject;
  /** One for each id from 0. */
  readonly rows: readonly CaseRow[];
}

/** What is known of one id. */
export interface CaseRow {
  /** Values of all features of `v`; undefined where there is no row. */
  readonly features: readonly FeatureValue[] | undefined;
  /** In the order of the service's request data. */
  readonly requestData: readonly FeatureValue[];
}

const types = Object.values(ValueType).filter((type) => type !== ValueType.UNSPECIFIED);
const dataTypes = types.filter((type) => type !== ValueType.TIMESTAMP_LIST);
const dimensionOf = (type: ValueType) => (type === ValueType.FLOAT_VECTOR ? 3 : 0);
const fields = (prefix: string, of: readonly ValueType[]) =>
  of.map((type, i) => ({ name: `${prefix}_${i}x`, type, dimension: dimensionOf(type) }));

const inputs = [{ name: "id", type: ValueType.INT64 }, ...fields("v.f", types), ...fields("d", dataTypes)];

/** Every expression of a few shapes over one input, or over two of a type. */
const pool = inputs.flatMap((a) =>
  inputs.filter((b) => b.type === a.type).flatMap((b) => formsOf(a.name, b.name, a.type)),
);

function formsOf(a: string, b: string, type: ValueType): readonly (readonly [string, ValueType])[] {
  const { BOOL, INT32, INT64, FLOAT, DOUBLE, STRING, BYTES, TIMESTAMP } = ValueType;
  const same = [
    [a, type],
    [`${a} == ${b}`, BOOL],
    [`${a} == null ? ${b} : ${a}`, type],
  ] as const;
  if (type >= ValueType.BOOL_LIST) {
    const list = type === ValueType.FLOAT_VECTOR ? ValueType.FLOAT_LIST : type;
    return [
      ...same,
      [`${a} + ${b}`, list],
      [`size(${a}) / size(${b})`, INT32],
      [`${a}.filter(e, e != ${b}[0])`, list],
      [`${a}.exists(e, e == ${b}[0]) || ${b} == null`, BOOL],
    ];
  }
  switch (type) {
    case BOOL:
      return [...same, [`${a} && !${b}`, BOOL], [`${a} || ${b}`, BOOL]];
    case INT32:
    case INT64:
      return [
        ...same,
        ...["+", "-", "*", "/", "%"].map((operator) => [`${a} ${operator} ${b}`, type] as const),
        [`${a} < ${b}`, BOOL],
        [`double(${a}) / double(${b})`, FLOAT],
        [`[${a}, ${b}, id].map(i, i + 1)`, ValueType.INT64_LIST],
        [`string(${a})`, STRING],
      ];
    case FLOAT:
    case DOUBLE:
      return [
        ...same,
        ...["+", "-", "*", "/"].map((operator) => [`${a} ${operator} ${b}`, type] as const),
        [`${a} <= ${b}`, BOOL],
        [`math.greatest(${a}, ${b}, 0.0) - 0.0 / 0.0`, DOUBLE],
        [`int(math.round(${a}))`, INT64],
        [`[${a}, ${b}, -0.0]`, ValueType.FLOAT_VECTOR],
        [`string(${a})`, STRING],
      ];
    case STRING:
      return [...same, [`${a} + ${b}`, STRING], [`${a} < ${b}`, BOOL], [`size(${a})`, INT64]];
    case BYTES:
      return [...same, [`size(${a}) > size(${b})`, BOOL], [`[${a}, ${b}]`, ValueType.BYTES_LIST]];
    default:
      return [
        ...same,
        [`${a} + duration('1us')`, TIMESTAMP],
        [`(${a} - ${b}).getSeconds()`, INT64],
        [`${a}.getDayOfYear() + ${a}.getMilliseconds()`, INT32],
        [`[${a}, ${b}]`, ValueType.TIMESTAMP_LIST],
        [`string(${a})`, STRING],
      ];
  }
}

const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(-(2n ** 63n), -1n, 0n, 1n, 2n ** 63n - 1n),
);
const scalars: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  BOOL: fc.boolean(),
  INT32: fc.oneof(fc.integer(), fc.constantFrom(-(2 ** 31), 0, 2 ** 31 - 1)),
  INT64: int64,
  FLOAT: fc.float(),
  DOUBLE: fc.double(),
  STRING: fc.oneof(fc.string({ unit: "grapheme", maxLength: 8 }), fc.constantFrom("", "é", "𝄞", "\0")),
  BYTES: fc.uint8Array({ maxLength: 8 }),
  TIMESTAMP: fc.oneof(
    fc.bigInt({ min: timeMinUs, max: timeMaxUs }),
    fc.constantFrom(timeMinUs, -1n, timeMaxUs),
  ),
};

function valueOf(type: ValueType): fc.Arbitrary<FeatureValue> {
  const name = featureTypeOf(type);
  const element = scalars[name.replace(/_(LIST|VECTOR)$/, "")]!;
  const dimension = dimensionOf(type);
  const size = dimension > 0 ? { minLength: dimension, maxLength: dimension } : { maxLength: 4 };
  const value = type >= ValueType.BOOL_LIST ? fc.array(element, size) : element;
  return fc
    .option(value, { freq: 5 })
    .map((raw) =>
      raw === null ? null : normalizeFeatureValue({ number: 0, type: name, dimension }, raw, "x"),
    );
}

/** Random cases: on-demand features drawn from the pool, rows with NULL, NaN, edges of integers, empty lists. */
export const onDemandCases: fc.Arbitrary<OnDemandCase> = fc
  .record({
    chosen: fc.shuffledSubarray(pool, { minLength: 1, maxLength: 40 }),
    rows: fc.array(
      fc.record({
        features: fc.option(fc.tuple(...types.map(valueOf)), { nil: undefined, freq: 5 }),
        requestData: fc.tuple(...dataTypes.map(valueOf)),
      }),
      { minLength: 1, maxLength: 12 },
    ),
  })
  .map(({ chosen, rows }) => ({
    project: compile(chosen),
    rows,
    // A compiled project fills pages where a property fails.
    [fc.toStringMethod]: () => fc.stringify([chosen, rows]),
  }));

function compile(chosen: readonly (readonly [string, ValueType])[]): CompiledProject {
  const definitions = create(DefinitionsSchema, {
    entities: [{ name: "thing", joinKeys: [{ name: "id", type: ValueType.INT64 }] }],
    featureViews: [{ name: "v", entity: "thing", features: fields("f", types) }],
    featureServices: [
      {
        name: "scores",
        views: [{ view: "v" }],
        requestData: fields("d", dataTypes),
        onDemandFeatures: chosen.map(([expression, type], i) => ({
          name: `made_${i}x`,
          type,
          dimension: dimensionOf(type),
          expression,
        })),
      },
    ],
  });
  const plan = planDefinitions(undefined, "default", definitions);
  return compileProject(plan.build({ viewIds: [1], appliedAtUs: 1n, appliedBy: "" }));
}
