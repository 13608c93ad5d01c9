import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { EntityRowSchema, ValueType } from "@timewell/contracts";
import { encodeKey } from "@timewell/keys";
import { describe, expect, it } from "vitest";
import { airport, airportHourly, compiled, failureOf, flightDelay } from "./definitions.testdata.ts";
import { encodeEntityRow } from "./encode-entity-row.ts";
import { selectReferences } from "./select-references.ts";
import { selectService } from "./select-service.ts";

const { STRING, INT32, INT64 } = ValueType;
const n = [{ name: "n", type: INT64 }];
const project = compiled({
  entities: [
    airport,
    {
      name: "composite",
      joinKeys: [
        { name: "b", type: STRING },
        { name: "a", type: INT32 },
      ],
    },
    { name: "world", joinKeys: [] },
  ],
  featureViews: [
    airportHourly(),
    { name: "one", entity: "composite", features: n },
    { name: "two", entity: "composite", features: n },
    { name: "everywhere", entity: "world", features: n },
  ],
  featureServices: [flightDelay],
});
const composite = selectReferences(project, ["one:n", "two:n", "everywhere:n"]);

type Keys = NonNullable<MessageInitShape<typeof EntityRowSchema>["keys"]>;
const row = (keys: Keys) => create(EntityRowSchema, { keys });
const text = (value: string) => ({ kind: { case: "stringValue" as const, value } });
const int32 = (value: number) => ({ kind: { case: "int32Value" as const, value } });
const int64 = (value: bigint) => ({ kind: { case: "int64Value" as const, value } });

describe("encodeEntityRow()", () => {
  it("encodes parts in the order of the entity, once for views of one key", () => {
    const [one, two, global] = encodeEntityRow(composite, row({ a: int32(5), b: text("x") }), 0);
    expect(one).toEqual(encodeKey(["STRING", "INT32"], ["x", 5n]));
    expect(two).toBe(one);
    expect(global).toEqual(encodeKey([], []));
  });

  it("gives int32 5 and int64 5 one code", () => {
    const narrow = encodeEntityRow(composite, row({ a: int32(5), b: text("x") }), 0);
    const wide = encodeEntityRow(composite, row({ a: int64(5n), b: text("x") }), 0);
    expect(wide).toEqual(narrow);
  });

  it("reads the keys of each alias under its own name", () => {
    const keys = row({ origin: text("JFK"), destination: text("LAX") });
    expect(encodeEntityRow(selectService(project, "flight_delay"), keys, 0)).toEqual([
      encodeKey(["STRING"], ["JFK"]),
      encodeKey(["STRING"], ["LAX"]),
    ]);
  });

  const failures = [
    ["a missing part", { b: text("x") }, "rows[3].keys.a", "it is missing"],
    ["a NULL part", { a: {}, b: text("x") }, "rows[3].keys.a", "it is NULL"],
    ["an unknown part", { a: int32(1), bb: text("x") }, "rows[3].keys.bb", "Did you mean b?"],
    [
      "a wrong type",
      { a: text("1"), b: text("x") },
      "rows[3].keys.a",
      "got stringValue, expected int32Value",
    ],
    ["a value out of range", { a: int64(2n ** 31n), b: text("x") }, "rows[3].keys.a", "2147483648"],
    ["a long key", { a: int32(1), b: text("x".repeat(2000)) }, "rows[3].keys", "row 3"],
  ] as const;
  for (const [what, keys, field, part] of failures) {
    it(`refuses ${what}, naming row and key (semantics 8)`, () => {
      const failure = failureOf(() => encodeEntityRow(composite, row(keys as Keys), 3));
      expect(failure).toMatchObject({ kind: "INVALID_KEY", field });
      expect(failure.message).toContain(part);
    });
  }

  it("refuses any key for global features", () => {
    const global = selectReferences(project, ["everywhere:n"]);
    expect(failureOf(() => encodeEntityRow(global, row({ a: int32(1) }), 0)).hint).toContain("Send no keys");
  });
});
