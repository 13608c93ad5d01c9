import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  Change_Action,
  ConstraintPolicy,
  type ConstraintSchema,
  EntitySchema,
  FeatureViewSchema,
  ValueType,
} from "@timewell/contracts";
import type { KeyValue } from "@timewell/keys";
import type { FeatureValue } from "@timewell/row";
import { describe, expect, it } from "vitest";
import { airport, airportHourly, applyAll, compiled, define, failureOf } from "../definitions.testdata.ts";
import { planDefinitions } from "../plan-definitions.ts";
import { compileConstraints } from "./compile-constraints.ts";
import { findViolations } from "./find-violations.ts";

type ConstraintInit = MessageInitShape<typeof ConstraintSchema>;

const features = [
  { name: "departures", type: ValueType.INT64 },
  { name: "gates", type: ValueType.INT32 },
  { name: "mean_delay", type: ValueType.DOUBLE },
  { name: "runway", type: ValueType.STRING },
  { name: "opened", type: ValueType.TIMESTAMP },
  { name: "code", type: ValueType.BYTES },
  { name: "delays", type: ValueType.DOUBLE_LIST },
];

const definitionWith = (...constraints: ConstraintInit[]) => ({
  entities: [airport],
  featureViews: [{ ...airportHourly({ features }), constraints }],
});

const viewWith = (...constraints: ConstraintInit[]) =>
  compiled(definitionWith(...constraints)).views.get("airport_hourly")![0]!;

const double = (value: number) => ({ kind: { case: "doubleValue" as const, value } });
const text = (value: string) => ({ kind: { case: "stringValue" as const, value } });
const int = (value: bigint) => ({ kind: { case: "int64Value" as const, value } });
const bytes = (...value: number[]) => ({
  kind: { case: "bytesValue" as const, value: Uint8Array.from(value) },
});

function broken(constraint: ConstraintInit, values: Record<string, FeatureValue>, key: KeyValue = "JFK") {
  const view = viewWith({ name: "rule", ...constraint });
  const row = {
    keys: [key],
    values: features.map(({ name }) => values[name] ?? null),
    eventTimeUs: 1_000_000n,
  };
  return findViolations(view, row, 11_000_000n).map((violation) => violation.message);
}

describe("findViolations()", () => {
  const range = (min: number, max: number) => ({
    field: "mean_delay",
    rule: { case: "range" as const, value: { min: double(min), max: double(max) } },
  });

  it("names constraint, value and rule", () => {
    expect(broken(range(-60, 3_000), { mean_delay: -75 })).toEqual([
      "Cannot accept a row of airport_hourly: it breaks constraint rule: mean_delay is -75, but mean_delay must be at least -60 and at most 3000",
    ]);
  });

  it("counts both ends of a range, and lets no NaN in", () => {
    const violating = [-60.1, -60, 0, 3_000, 3_000.1, NaN].filter(
      (mean_delay) => broken(range(-60, 3_000), { mean_delay }).length > 0,
    );
    expect(violating).toEqual([-60.1, 3_000.1, NaN]);
  });

  it("compares integers of both widths, times, and text by code points", () => {
    const least = (field: string, min: ReturnType<typeof int | typeof text>) => ({
      field,
      rule: { case: "range" as const, value: { min } },
    });
    const big = 9_007_199_254_740_993n;
    expect(broken(least("departures", int(big)), { departures: big - 1n })).toHaveLength(1);
    expect(broken(least("departures", int(big)), { departures: big })).toEqual([]);
    expect(broken(least("gates", int(3n)), { gates: 2 })).toHaveLength(1);
    expect(broken(least("gates", int(3n)), { gates: 3 })).toEqual([]);
    expect(broken(least("runway", text("\u{ff5e}")), { runway: "\u{1f600}" })).toEqual([]);
    expect(broken(least("airport", text("K")), {})).toEqual([expect.stringContaining('airport is "JFK"')]);
  });

  it("knows the values of a set of every single type", () => {
    const oneOf = (field: string, ...values: ReturnType<typeof text | typeof int | typeof bytes>[]) => ({
      field,
      rule: { case: "oneOf" as const, value: { values } },
    });
    expect(broken(oneOf("runway", text("04L"), text("22R")), { runway: "22R" })).toEqual([]);
    expect(broken(oneOf("runway", text("04L")), { runway: "22R" })).toEqual([
      expect.stringContaining('runway is "22R", but runway must be one of "04L"'),
    ]);
    expect(broken(oneOf("gates", int(4n)), { gates: 4 })).toEqual([]);
    expect(broken(oneOf("code", bytes(0, 255)), { code: Uint8Array.of(0, 255) })).toEqual([]);
    expect(broken(oneOf("code", bytes(0, 255)), { code: Uint8Array.of(0, 254) })).toHaveLength(1);
  });

  it("matches whole texts, and compares the age of a row with its arrival", () => {
    const matches = { field: "runway", rule: { case: "matches" as const, value: "[0-9]{2}[LRC]?" } };
    expect(broken(matches, { runway: "04L" })).toEqual([]);
    expect(broken(matches, { runway: "04LX" })).toHaveLength(1);
    const fresh = (value: bigint) => ({ rule: { case: "freshWithinMs" as const, value } });
    expect(broken(fresh(10_000n), {})).toEqual([]);
    expect(broken(fresh(9_999n), {})).toEqual([
      expect.stringContaining("it is 10 s back, but the event time must be at most 9999ms back"),
    ]);
  });

  it("does not judge the age of history", () => {
    const view = viewWith({ name: "fresh", rule: { case: "freshWithinMs", value: 1n } });
    const row = { keys: ["JFK"], values: features.map(() => null), eventTimeUs: 0n };
    expect(findViolations(view, row, undefined)).toEqual([]);
  });

  it("lets NULL pass every rule but not_null", () => {
    const predicate = (value: string) => ({ rule: { case: "predicate" as const, value } });
    expect(broken(range(0, 1), {})).toEqual([]);
    expect(broken(predicate("mean_delay > 0.0"), {})).toEqual([]);
    const notNull = { field: "mean_delay", rule: { case: "notNull" as const, value: true } };
    expect(broken(notNull, {})).toEqual([
      expect.stringContaining("mean_delay is NULL, but mean_delay must not be NULL"),
    ]);
    expect(broken(notNull, { mean_delay: 0 })).toEqual([]);
  });

  it("computes predicates over features and keys; what cannot be computed breaks them", () => {
    const predicate = (value: string) => ({ rule: { case: "predicate" as const, value } });
    const rule = "departures >= 10 / gates || airport == 'LHR'";
    expect(broken(predicate(rule), { departures: 5n, gates: 2 })).toEqual([]);
    expect(broken(predicate(rule), { departures: 4n, gates: 2 })).toEqual([
      expect.stringContaining('departures is 4, gates is 2, airport is "JFK"'),
    ]);
    expect(broken(predicate(rule), { departures: 4n, gates: 0 })).toEqual([
      expect.stringContaining("it cannot be computed where departures is 4, gates is 0"),
    ]);
    expect(broken(predicate(rule), { departures: 4n, gates: 0 }, "LHR")).toEqual([]);
  });

  it("is about event fields where a view has windows", () => {
    const definition = create(FeatureViewSchema, {
      name: "flights",
      features: [{ name: "flights_1h", type: ValueType.INT64 }],
      eventFields: [{ name: "delay", type: ValueType.DOUBLE }],
      constraints: [{ name: "delay_known", field: "delay", rule: { case: "notNull", value: true } }],
    });
    const constraints = compileConstraints(definition, create(EntitySchema, airport));
    const row = { keys: ["JFK"], values: [null], eventTimeUs: 0n };
    expect(findViolations({ ...viewWith(), constraints }, row, 0n)).toHaveLength(1);
  });
});

describe("constraints of a definition", () => {
  const bad: readonly (readonly [string, ConstraintInit, string, string])[] = [
    ["no rule", { name: "a" }, "INVALID_DEFINITION", "it has no rule"],
    ["no name", { rule: { case: "predicate", value: "true" } }, "INVALID_NAME", "constraints[0].name"],
    [
      "an unknown field",
      { name: "a", field: "mean_dely", rule: { case: "notNull", value: true } },
      "INVALID_DEFINITION",
      "mean_delay",
    ],
    [
      "a field where none belongs",
      { name: "a", field: "gates", rule: { case: "predicate", value: "true" } },
      "INVALID_DEFINITION",
      "the rule is about the row",
    ],
    [
      "a range of a list",
      { name: "a", field: "delays", rule: { case: "range", value: { min: double(1) } } },
      "INVALID_DEFINITION",
      "expected numbers",
    ],
    [
      "a range without an end",
      { name: "a", field: "gates", rule: { case: "range", value: {} } },
      "INVALID_DEFINITION",
      "it has no end",
    ],
    [
      "a range that ends before it starts",
      { name: "a", field: "gates", rule: { case: "range", value: { min: int(2n), max: int(1n) } } },
      "INVALID_DEFINITION",
      "its least value 2 is above its greatest 1",
    ],
    [
      "NaN as an end",
      { name: "a", field: "mean_delay", rule: { case: "range", value: { min: double(NaN) } } },
      "INVALID_DEFINITION",
      "NaN is no end",
    ],
    [
      "a value of another type",
      { name: "a", field: "gates", rule: { case: "range", value: { min: text("1") } } },
      "INVALID_DEFINITION",
      "does not fit gates of type INT32",
    ],
    [
      "a value beyond its type",
      { name: "a", field: "gates", rule: { case: "range", value: { min: int(3_000_000_000n) } } },
      "INVALID_DEFINITION",
      "does not fit gates",
    ],
    [
      "an empty set",
      { name: "a", field: "gates", rule: { case: "oneOf", value: {} } },
      "INVALID_DEFINITION",
      "no values",
    ],
    [
      "a set with nothing in it",
      { name: "a", field: "gates", rule: { case: "oneOf", value: { values: [{}] } } },
      "INVALID_DEFINITION",
      "got no value",
    ],
    [
      "a set of lists",
      { name: "a", field: "delays", rule: { case: "oneOf", value: { values: [double(1)] } } },
      "INVALID_DEFINITION",
      "expected single values",
    ],
    [
      "1,001 values",
      {
        name: "a",
        field: "gates",
        rule: { case: "oneOf", value: { values: Array.from({ length: 1_001 }, (_, i) => int(BigInt(i))) } },
      },
      "LIMIT_EXCEEDED",
      "at most 1000",
    ],
    [
      "an expression that RE2 does not know",
      { name: "a", field: "runway", rule: { case: "matches", value: "(?=x)" } },
      "INVALID_DEFINITION",
      "RE2",
    ],
    [
      "an expression for numbers",
      { name: "a", field: "gates", rule: { case: "matches", value: "1" } },
      "INVALID_DEFINITION",
      "expected STRING",
    ],
    [
      "not_null that is false",
      { name: "a", field: "gates", rule: { case: "notNull", value: false } },
      "INVALID_DEFINITION",
      "got false",
    ],
    [
      "freshness of nothing",
      { name: "a", rule: { case: "freshWithinMs", value: 0n } },
      "INVALID_DEFINITION",
      "positive",
    ],
    [
      "a predicate that gives no bool",
      { name: "a", rule: { case: "predicate", value: "gates + 1" } },
      "INVALID_DEFINITION",
      "expected a bool",
    ],
    [
      "a predicate of an unknown name",
      { name: "a", rule: { case: "predicate", value: "gate > 1" } },
      "INVALID_DEFINITION",
      "there is no gate",
    ],
    [
      "an unknown policy",
      { name: "a", policy: 7 as ConstraintPolicy, rule: { case: "predicate", value: "true" } },
      "INVALID_DEFINITION",
      "policy",
    ],
  ];

  it.for(bad)("are refused with %s", ([, constraint, kind, part]) => {
    const failure = failureOf(() =>
      planDefinitions(undefined, "flights", define(definitionWith(constraint))),
    );
    expect(failure.kind).toBe(kind);
    expect(failure.message).toContain(part);
    expect(failure.field).toContain("feature_views[airport_hourly].constraints[");
  });

  it("are refused where two have one name, and where there are more than 100", () => {
    const always: ConstraintInit = { name: "a", rule: { case: "predicate", value: "true" } };
    const plan = (...list: ConstraintInit[]) =>
      failureOf(() => planDefinitions(undefined, "flights", define(definitionWith(...list))));
    expect(plan(always, always).message).toContain("constraint a is there twice");
    const many = Array.from({ length: 101 }, (_, i) => ({ ...always, name: `c${i}` }));
    expect(plan(...many).kind).toBe("LIMIT_EXCEEDED");
  });

  it("show in a plan, and change a version without making a new one", () => {
    const rule = (min: number): ConstraintInit => ({
      name: "delay_range",
      field: "mean_delay",
      rule: { case: "range", value: { min: double(min) } },
    });
    const snapshot = applyAll("flights", definitionWith(rule(-60)));
    const counted = { ...rule(-90), policy: ConstraintPolicy.COUNT };
    const [change] = planDefinitions(snapshot, "flights", define(definitionWith(counted))).changes;
    expect(change!.details.map(({ path, before, after }) => [path, before, after])).toEqual([
      ["constraints.delay_range.rule", "mean_delay must be at least -60", "mean_delay must be at least -90"],
      ["constraints.delay_range.policy", "REJECT", "COUNT"],
    ]);
    expect(change!.action).toBe(Change_Action.UPDATE);
  });
});
