import { ConstraintPolicy } from "@timewell/contracts";
import { describe, expect, it } from "vitest";
import {
  double,
  entity,
  featureView,
  freshWithin,
  int32,
  int64,
  list,
  matches,
  notNull,
  oneOf,
  predicate,
  range,
  timestamp,
  type ConstraintDefinition,
} from "./index.ts";

const airport = entity({ name: "airport", joinKeys: { airport: "string" } });

const messagesOf = (...constraints: ConstraintDefinition[]) =>
  featureView({
    name: "airport_hourly",
    entity: airport,
    features: {
      departures: int64(),
      gates: int32(),
      mean_delay: double(),
      opened: timestamp(),
      delays: list(double()),
    },
    constraints,
  }).message.constraints;

describe("constraints", () => {
  it("have names, and values in the type of their field", () => {
    const found = messagesOf(
      range("mean_delay", { min: -60, max: 3_000 }),
      range("departures", { min: 0, policy: "count" }),
      range("opened", { min: new Date(1_000) }),
      oneOf("gates", [1, 2n]),
      matches("airport", "[A-Z]{3}"),
      notNull("departures"),
      freshWithin("1h"),
      predicate("departures >= 0", { name: "some_departed" }),
    );
    expect(found.map(({ name, field }) => [name, field])).toEqual([
      ["mean_delay_range", "mean_delay"],
      ["departures_range", "departures"],
      ["opened_range", "opened"],
      ["gates_one_of", "gates"],
      ["airport_matches", "airport"],
      ["departures_not_null", "departures"],
      ["fresh_within", ""],
      ["some_departed", ""],
    ]);
    expect(found.map(({ rule }) => rule)).toMatchObject([
      {
        case: "range",
        value: {
          min: { kind: { case: "doubleValue", value: -60 } },
          max: { kind: { case: "doubleValue", value: 3_000 } },
        },
      },
      { case: "range", value: { min: { kind: { case: "int64Value", value: 0n } } } },
      { case: "range", value: { min: { kind: { case: "timestampUsValue", value: 1_000_000n } } } },
      {
        case: "oneOf",
        value: {
          values: [{ kind: { case: "int32Value", value: 1 } }, { kind: { case: "int32Value", value: 2 } }],
        },
      },
      { case: "matches", value: "[A-Z]{3}" },
      { case: "notNull", value: true },
      { case: "freshWithinMs", value: 3_600_000n },
      { case: "predicate", value: "departures >= 0" },
    ]);
    expect(found.slice(0, 2).map(({ policy }) => policy)).toEqual([
      ConstraintPolicy.REJECT,
      ConstraintPolicy.COUNT,
    ]);
  });

  it.for<[string, ConstraintDefinition, string]>([
    ["a field that is not there", notNull("mean_dely"), "constraints[mean_dely_not_null].field"],
    ["a value of another type", range("departures", { min: "1" }), "[departures_range].range.min"],
    ["a fraction for an integer", range("departures", { max: 1.5 }), "expected a whole number of 64 bits"],
    ["an integer beyond its width", oneOf("gates", [1, 3e9]), "[gates_one_of].one_of.values[1]"],
    ["a value of a list", oneOf("delays", [1]), "a field that is no list"],
    ["a time that is none", range("opened", { min: new Date("x") }), "expected a Date"],
    ["a duration that cannot be read", freshWithin("soon" as "1h"), "[fresh_within].fresh_within"],
  ])("are refused with %s", ([, constraint, part]) => {
    expect(() => messagesOf(constraint)).toThrow(
      expect.objectContaining({
        kind: "INVALID_DEFINITION",
        message: expect.stringContaining(part) as string,
      }),
    );
  });
});
