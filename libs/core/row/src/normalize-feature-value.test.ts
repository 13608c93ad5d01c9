import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { timeMaxUs, timeMinUs } from "@timewell/ttl";
import { featureValues, makeField, schemas } from "./feature-value.testdata.ts";
import { listElementsMax, normalizeFeatureValue, type FeatureType } from "./index.ts";

function normalize(type: FeatureType, value: unknown) {
  return normalizeFeatureValue(makeField(1, type), value, "wind");
}

describe("normalizeFeatureValue()", () => {
  test.for<[FeatureType, unknown, unknown]>([
    ["BOOL", null, null],
    ["DOUBLE_LIST", undefined, null],
    ["INT32", 5n, 5],
    ["INT32", -0, 0],
    ["INT32", -2147483648, -2147483648],
    ["INT64", 5, 5n],
    ["INT64", -(2n ** 63n), -(2n ** 63n)],
    ["TIMESTAMP", new Date(2), 2000n],
    ["TIMESTAMP", timeMinUs, timeMinUs],
    ["TIMESTAMP", timeMaxUs, timeMaxUs],
    // In µs it is above 2^53.
    ["TIMESTAMP", new Date("9999-12-31T23:59:59.999Z"), timeMaxUs - 999n],
    ["FLOAT", 0.1, Math.fround(0.1)],
    ["FLOAT", Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    ["DOUBLE", Number.NaN, Number.NaN],
    ["DOUBLE", -0, -0],
    ["DOUBLE_LIST", [], []],
    ["DOUBLE_LIST", Float64Array.of(1, 2), [1, 2]],
    ["FLOAT_VECTOR", Float32Array.of(1, 2, 3), [1, 2, 3]],
    ["INT64_LIST", [1, 2n], [1n, 2n]],
    ["BYTES_LIST", [Uint8Array.of(1)], [Uint8Array.of(1)]],
  ])("takes %s %o as %o", ([type, value, normalized]) => {
    expect(normalize(type, value)).toEqual(normalized);
  });

  test.for<[FeatureType, unknown, string]>([
    ["BOOL", 1, "wind"],
    ["INT32", 2147483648, "wind"],
    ["INT32", 1.5, "wind"],
    ["INT32", "5", "wind"],
    ["INT32", 2n ** 60n, "wind"],
    ["INT64", 2 ** 53, "wind"],
    ["INT64", 2n ** 63n, "wind"],
    ["INT64", "5", "wind"],
    ["TIMESTAMP", new Date(Number.NaN), "wind"],
    ["TIMESTAMP", timeMinUs - 1n, "wind"],
    ["TIMESTAMP", new Date("+010000-01-01T00:00:00Z"), "wind"],
    ["TIMESTAMP_LIST", [0n, timeMaxUs + 1n], "wind[1]"],
    ["FLOAT", 1e39, "wind"],
    ["FLOAT", 1n, "wind"],
    ["DOUBLE", "NaN", "wind"],
    ["DOUBLE", [1], "wind"],
    ["STRING", "\ud800", "wind"],
    ["BYTES", [1], "wind"],
    ["DOUBLE_LIST", 1, "wind"],
    ["STRING_LIST", "ab", "wind"],
    ["INT32_LIST", Uint8Array.of(1), "wind"],
    ["DOUBLE_LIST", [1, null], "wind[1]"],
    ["INT32_LIST", [1, 2, 1.5], "wind[2]"],
    ["FLOAT_VECTOR", [1, 2], "wind"],
    ["FLOAT_VECTOR", [1, undefined, 3], "wind[1]"],
    ["BOOL_LIST", new Array<boolean>(listElementsMax + 1).fill(true), "wind"],
  ])("refuses %s %o and names %s", ([type, value, field]) => {
    expect(() => normalize(type, value)).toThrow(expect.objectContaining({ kind: "INVALID_VALUE", field }));
  });

  test("says what it got, what it expected and how to mend it", () => {
    expect(() => normalize("INT32", 2 ** 31)).toThrow(
      "Cannot store feature wind: got 2147483648, expected a whole number -2147483648 … 2147483647 for INT32. " +
        "Send a smaller whole number, or declare the feature as INT64 or DOUBLE.",
    );
    expect(() => normalize("FLOAT_VECTOR", [1])).toThrow(
      "Cannot store feature wind: got 1 elements, expected 3 elements. Send a vector of the declared dimension.",
    );
  });

  test("leaves a normalized value as it is", () => {
    const cases = schemas
      .filter((fields) => fields.length > 0)
      .chain(([field]) => fc.tuple(fc.constant(field!), featureValues(field!)));
    fc.assert(
      fc.property(cases, ([field, value]) => {
        const normalized = normalizeFeatureValue(field, value, "wind");
        expect(normalized).toEqual(value === -0 && field.type === "INT32" ? 0 : value);
      }),
      { numRuns: 300 },
    );
  });
});
