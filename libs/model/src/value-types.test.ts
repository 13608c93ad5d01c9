import { readFileSync } from "node:fs";
import { ValueSchema, ValueType } from "@timewell/contracts";
import { describe, expect, it } from "vitest";
import { keyTypes } from "@timewell/keys";
import { featureTypeNames, featureTypeOf, keyTypeOf, valueTypeOf } from "./value-types.ts";

const table = readFileSync(new URL("../../../docs/types.md", import.meta.url), "utf8");

describe("value types", () => {
  it("are those of the contract, both ways", () => {
    const numbers = Object.values(ValueType).filter((type) => type !== ValueType.UNSPECIFIED);
    expect(featureTypeNames.map(valueTypeOf)).toEqual(numbers);
    expect(numbers.map(featureTypeOf)).toEqual(featureTypeNames);
    expect(keyTypes.map((type) => keyTypeOf(valueTypeOf(type)))).toEqual(keyTypes);
  });

  it("refuse what is not a type, or not one of a key", () => {
    expect(() => featureTypeOf(ValueType.UNSPECIFIED)).toThrow("it is not a type");
    expect(() => keyTypeOf(ValueType.FLOAT)).toThrow("Cannot use FLOAT as the type of a join key");
  });

  it("are all in docs/types.md, with every case of Value", () => {
    const rows = [...table.matchAll(/^\| `([A-Z0-9_]+)`[^|]*\|[^|]+\| `([a-z0-9_]+)` *\|/gm)];
    expect(rows.map((row) => row[1])).toEqual(featureTypeNames);
    expect(new Set(rows.map((row) => row[2]))).toEqual(
      new Set(ValueSchema.fields.map((field) => field.name)),
    );
  });
});
