import type { FeatureType, FeatureValue } from "@timewell/row";
import { describe, expect, test } from "vitest";
import { nowUs } from "../fake-io.testdata.ts";
import { valueFromJson, valueFromText } from "./typed-value.ts";

const field = (type: FeatureType, dimension = 0) => ({ name: "f", type, dimension });

describe("valueFromText()", () => {
  test.each<[FeatureType, string, FeatureValue]>([
    ["BOOL", "true", true],
    ["INT32", "-5", -5],
    ["INT64", "9223372036854775807", 9_223_372_036_854_775_807n],
    ["FLOAT", "0.5", 0.5],
    ["DOUBLE", "-1e300", -1e300],
    ["DOUBLE", "NaN", Number.NaN],
    ["DOUBLE", "-Infinity", Number.NEGATIVE_INFINITY],
    ["STRING", "007", "007"],
    ["STRING", "", ""],
    ["STRING", "null", "null"],
    ["TIMESTAMP", "2001-01-31", 980_899_200_000_000n],
    ["INT64_LIST", '[1, "2"]', [1n, 2n]],
    ["STRING_LIST", "[]", []],
    ["TIMESTAMP_LIST", '["2001-01-31"]', [980_899_200_000_000n]],
  ])("reads %s %s", (type, text, value) => {
    expect(valueFromText(text, field(type), nowUs, "--set f")).toEqual(value);
  });

  test("reads bytes as base64, and vectors as JSON", () => {
    expect(valueFromText("AQL/", field("BYTES"), nowUs, "f")).toEqual(Buffer.from([1, 2, 255]));
    expect(valueFromText("[1.5, 2]", field("FLOAT_VECTOR", 2), nowUs, "f")).toEqual([1.5, 2]);
  });

  test.each<[FeatureType, string]>([
    ["BOOL", "yes"],
    ["INT32", "2147483648"],
    ["INT32", "1.5"],
    ["INT64", "1.5"],
    ["INT64", "9223372036854775808"],
    ["INT64", ""],
    ["DOUBLE", "x"],
    ["DOUBLE", ""],
    ["BYTES", "?"],
    ["TIMESTAMP", "soon"],
    ["INT64_LIST", "1, 2"],
    ["INT64_LIST", "[null]"],
    ["FLOAT_VECTOR", "[1]"],
  ])("refuses %s %o", (type, text) => {
    expect(() => valueFromText(text, field(type, 2), nowUs, "--set f")).toThrow("--set f");
  });
});

describe("valueFromJson()", () => {
  test("takes null for NULL, and whole numbers up to 2^53", () => {
    expect(valueFromJson(null, field("STRING"), nowUs, "f")).toBe(null);
    expect(valueFromJson(5, field("INT64"), nowUs, "f")).toBe(5n);
    expect(valueFromJson("5", field("INT64"), nowUs, "f")).toBe(5n);
  });

  test("refuses numbers that JSON has rounded", () => {
    expect(() => valueFromJson(9007199254740993, field("INT64"), nowUs, "f")).toThrow("write it as text");
  });

  test("refuses text for a number", () => {
    expect(() => valueFromJson("5", field("DOUBLE"), nowUs, "row 3 f")).toThrow("row 3 f");
  });
});
