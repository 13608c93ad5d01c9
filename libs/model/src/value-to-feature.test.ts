import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { ValueSchema } from "@timewell/contracts";
import type { FeatureType } from "@timewell/row";
import { describe, expect, it } from "vitest";
import { failureOf } from "./definitions.testdata.ts";
import { valueToFeature } from "./value-to-feature.ts";

type Kind = NonNullable<MessageInitShape<typeof ValueSchema>["kind"]>;
const convert = (type: FeatureType, kind: Kind, dimension = 0) =>
  valueToFeature(create(ValueSchema, { kind }), { name: "f", type, dimension }, "rows[0].features.f");

describe("valueToFeature()", () => {
  const accepted = [
    ["INT32", { case: "int64Value", value: 7n }, 7],
    ["INT64", { case: "int32Value", value: 7 }, 7n],
    ["DOUBLE", { case: "floatValue", value: 0.5 }, 0.5],
    ["FLOAT", { case: "doubleValue", value: 0.1 }, Math.fround(0.1)],
    ["INT64_LIST", { case: "int32ListValue", value: { v: [1] } }, [1n]],
    ["STRING_LIST", { case: "stringListValue", value: { v: [] } }, []],
    ["STRING", { case: undefined }, null],
  ] as const;
  for (const [type, kind, value] of accepted) {
    it(`takes ${kind.case ?? "nothing"} for ${type}`, () => {
      expect(convert(type, kind as unknown as Kind)).toEqual(value);
    });
  }

  it("takes an absent value for NULL", () => {
    expect(valueToFeature(undefined, { name: "f", type: "BOOL", dimension: 0 }, "f")).toBe(null);
  });

  const refused = [
    ["STRING", { case: "int64Value", value: 1n }, "got int64Value, expected stringValue for STRING"],
    ["DOUBLE", { case: "int64Value", value: 1n }, "got int64Value, expected doubleValue for DOUBLE"],
    ["TIMESTAMP", { case: "int64Value", value: 1n }, "expected timestampUsValue"],
    ["INT32", { case: "int64Value", value: 2n ** 31n }, "2147483648"],
    ["FLOAT_VECTOR", { case: "floatListValue", value: { v: [1] } }, "expected 2 elements"],
  ] as const;
  for (const [type, kind, text] of refused) {
    it(`refuses ${kind.case} ${kind.value} for ${type}, naming the place`, () => {
      const failure = failureOf(() => convert(type, kind as unknown as Kind, 2));
      expect(failure).toMatchObject({ kind: "INVALID_VALUE", field: "rows[0].features.f" });
      expect(failure.message).toContain(text);
    });
  }
});
