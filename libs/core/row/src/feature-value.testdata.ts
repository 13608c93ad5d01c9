import fc from "fast-check";
import { timeMaxUs, timeMinUs } from "@timewell/ttl";
import {
  scalarTypes,
  type FeatureType,
  type FeatureValue,
  type RowField,
  type ScalarType,
  type ScalarValue,
} from "./index.ts";

const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(
    -(2n ** 63n),
    -1n,
    0n,
    1n,
    127n,
    128n,
    2n ** 28n,
    2n ** 32n - 1n,
    2n ** 32n,
    2n ** 35n,
    2n ** 63n - 1n,
  ),
);

/** Values of each scalar type, the awkward ones often. */
export const scalarValues: Record<ScalarType, fc.Arbitrary<ScalarValue>> = {
  BOOL: fc.boolean(),
  INT32: fc.oneof(fc.integer(), fc.constantFrom(-(2 ** 31), -1, 0, 1, 127, 128, 2 ** 31 - 1)),
  INT64: int64,
  FLOAT: fc.float(),
  DOUBLE: fc.double(),
  STRING: fc.oneof(
    fc.string({ unit: "binary", maxLength: 20 }),
    fc.string({ unit: "binary-ascii", minLength: 40, maxLength: 140 }),
    fc.constantFrom("", "\0", "\ufeffx", "é".repeat(24), "é".repeat(70), "𝄞"),
  ),
  BYTES: fc.uint8Array({ maxLength: 140 }),
  TIMESTAMP: fc.oneof(
    fc.bigInt({ min: timeMinUs, max: timeMaxUs }),
    fc.constantFrom(timeMinUs, -1n, 0n, 1n, 2n ** 32n, timeMaxUs),
  ),
};

/** Every feature type once or more: all scalars, all lists, and a vector of 3. */
export const allTypes: readonly FeatureType[] = [
  ...scalarTypes,
  ...scalarTypes.map((type): FeatureType => `${type}_LIST`),
  "FLOAT_VECTOR",
];

/** Values of a feature, NULL included. */
export function featureValues(field: RowField): fc.Arbitrary<FeatureValue> {
  const { type } = field;
  if (type === "FLOAT_VECTOR") {
    const { dimension } = field;
    return fc.option(fc.array(fc.float(), { minLength: dimension, maxLength: dimension }), { freq: 4 });
  }
  const scalar = scalarValues[type.replace(/_LIST$/, "") as ScalarType];
  if (!type.endsWith("_LIST")) return fc.option(scalar, { freq: 4 });
  return fc.option(fc.oneof(fc.array(scalar, { maxLength: 6 }), fc.array(scalar, { maxLength: 60 })), {
    freq: 4,
  });
}

/** Schemas of 0 … 20 fields in any order, with numbers that need tags of one, two and three bytes. */
export const schemas: fc.Arbitrary<RowField[]> = fc
  .uniqueArray(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 3000 })), {
    maxLength: 20,
  })
  .chain((numbers) =>
    fc.tuple(...numbers.map((number) => fc.constantFrom(...allTypes).map((type) => makeField(number, type)))),
  );

/** A schema with a row of values. */
export const rows: fc.Arbitrary<readonly [RowField[], FeatureValue[]]> = schemas.chain((fields) =>
  fc.tuple(fc.constant(fields), fc.tuple(...fields.map(featureValues))),
);

/** A field; vectors have 3 elements. */
export function makeField(number: number, type: FeatureType): RowField {
  return { number, type, dimension: type === "FLOAT_VECTOR" ? 3 : 0 };
}
