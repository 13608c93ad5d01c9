import { timeMaxUs, timeMinUs } from "@timewell/ttl";
import { describe, expect, test } from "vitest";
import { normalizeKeyValue, type KeyType } from "./index.ts";

describe("normalizeKeyValue()", () => {
  test.for<[KeyType, unknown, unknown]>([
    ["BOOL", false, false],
    ["INT32", 5, 5n],
    ["INT32", -0, 0n],
    ["INT32", -2147483648, -(2n ** 31n)],
    ["INT64", 5, 5n],
    ["INT64", 2n ** 63n - 1n, 2n ** 63n - 1n],
    ["STRING", "", ""],
    ["BYTES", Uint8Array.of(1), Uint8Array.of(1)],
    ["TIMESTAMP", 1_000_000, 1_000_000n],
    ["TIMESTAMP", new Date(1), 1000n],
    ["TIMESTAMP", timeMinUs, timeMinUs],
    ["TIMESTAMP", timeMaxUs, timeMaxUs],
  ])("takes %s %o as %o", ([type, value, normalized]) => {
    expect(normalizeKeyValue(type, value, "user_id")).toEqual(normalized);
  });

  test.for<[KeyType, unknown]>([
    ["BOOL", 1],
    ["INT32", 2147483648],
    ["INT32", 3.5],
    ["INT32", "5"],
    ["INT64", 2 ** 53],
    ["INT64", 2n ** 63n],
    ["INT64", Number.NaN],
    ["INT64", null],
    ["STRING", 5],
    ["STRING", "\udc00"],
    ["STRING", undefined],
    ["BYTES", "text"],
    ["TIMESTAMP", new Date(Number.NaN)],
    ["TIMESTAMP", "2026-01-01"],
    ["TIMESTAMP", timeMinUs - 1n],
    ["TIMESTAMP", timeMaxUs + 1n],
  ])("refuses %s %o and names the key", ([type, value]) => {
    const refusal = expect.objectContaining({ kind: "INVALID_KEY", field: "user_id" });
    expect(() => normalizeKeyValue(type, value, "user_id")).toThrow(refusal);
  });

  test("says what it got, what it expected and how to mend it", () => {
    expect(() => normalizeKeyValue("INT64", 3.5, "user_id")).toThrow(
      "Cannot encode key user_id: got 3.5, expected an integer for INT64. Send a whole number, above 2^53 as a 64-bit integer.",
    );
  });
});
