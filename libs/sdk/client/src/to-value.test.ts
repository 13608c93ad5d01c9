import { create } from "@bufbuild/protobuf";
import { ValueSchema, ValueType } from "@timewell/contracts";
import { describe, expect, it } from "vitest";
import { fromValue } from "./from-value.ts";
import { toValue, type PlainValue } from "./to-value.ts";

describe("toValue()", () => {
  const date = new Date("2026-01-02T03:04:05.678Z");
  const dateUs = BigInt(date.getTime()) * 1000n;

  const untyped: [PlainValue, string | undefined, unknown][] = [
    [null, undefined, null],
    [undefined, undefined, null],
    [true, "boolValue", true],
    [5, "int64Value", 5n],
    [-0.5, "doubleValue", -0.5],
    [Number.NaN, "doubleValue", Number.NaN],
    [2 ** 53, "doubleValue", 2 ** 53],
    [2n ** 62n, "int64Value", 2n ** 62n],
    ["JFK", "stringValue", "JFK"],
    [date, "timestampUsValue", dateUs],
    [Uint8Array.of(1), "bytesValue", Uint8Array.of(1)],
    [[true, false], "boolListValue", [true, false]],
    [[1, 2n], "int64ListValue", [1n, 2n]],
    [[1, 2.5], "doubleListValue", [1, 2.5]],
    [["a"], "stringListValue", ["a"]],
    [[date], "timestampUsListValue", [dateUs]],
    [Float32Array.of(0.5), "floatListValue", [0.5]],
    [Float64Array.of(0.1), "doubleListValue", [0.1]],
  ];
  it.each(untyped)("%s without a type is %s", (plain, kind, back) => {
    const value = toValue(plain, "x");
    expect(value.kind.case).toBe(kind);
    expect(fromValue(value)).toEqual(back);
  });

  const typed: [PlainValue, ValueType, string, unknown][] = [
    [3, ValueType.DOUBLE, "doubleValue", 3],
    [3n, ValueType.FLOAT, "floatValue", 3],
    [3, ValueType.INT32, "int64Value", 3n],
    [5, ValueType.TIMESTAMP, "timestampUsValue", 5n],
    [[], ValueType.STRING_LIST, "stringListValue", []],
    [[1, 2], ValueType.FLOAT_VECTOR, "floatListValue", [1, 2]],
    [[1, 2], ValueType.DOUBLE_LIST, "doubleListValue", [1, 2]],
    [[1], ValueType.INT32_LIST, "int64ListValue", [1n]],
  ];
  it.each(typed)("%s as type %s is %s", (plain, type, kind, back) => {
    const value = toValue(plain, "x", type);
    expect(value.kind.case).toBe(kind);
    expect(fromValue(value)).toEqual(back);
  });

  it("passes a Value as it is", () => {
    const value = create(ValueSchema, { kind: { case: "int32Value", value: 7 } });
    expect(toValue(value, "x")).toBe(value);
  });

  it.each([
    [[], "type is not known"],
    [["a", 1], "x[1]"],
    [[null], "x[0]"],
    [{}, "a value of type object"],
    [new Date(Number.NaN), "a valid Date"],
    [() => 1, "a value of type function"],
  ])("refuses %s", (plain, text) => {
    expect(() => toValue(plain as never, "x")).toThrow(text);
  });
});
