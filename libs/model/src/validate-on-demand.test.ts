import { Change_Action, DefinitionKind, ValueType } from "@timewell/contracts";
import { describe, expect, it } from "vitest";
import {
  airport,
  airportHourly,
  applyAll,
  applyTo,
  define,
  failureOf,
  flightDelay,
  serviceOf,
} from "./definitions.testdata.ts";
import { planDefinitions } from "./plan-definitions.ts";
import { planDelete } from "./plan-delete.ts";

const { BOOL, DOUBLE, FLOAT_VECTOR, INT64, STRING } = ValueType;
const planned = { name: "planned_min", type: INT64 };
const risky = {
  name: "is_risky",
  type: BOOL,
  expression: "origin.mean_delay > 15.0 && planned_min > 30 && origin != destination",
};
const computed = { ...flightDelay, requestData: [planned], onDemandFeatures: [risky] };
const base = { entities: [airport], featureViews: [airportHourly()], featureServices: [computed] };

const withService = (service: object) => define({ ...base, featureServices: [{ ...computed, ...service }] });
const refused = (service: object) => failureOf(() => planDefinitions(undefined, "p", withService(service)));

describe("a service with request data and on-demand features", () => {
  it("numbers request data after the keys, and on-demand features from 1", () => {
    const state = serviceOf(applyAll("p", base), "flight_delay");
    expect(state.keyNumbers).toEqual({ origin: 1, destination: 2, planned_min: 3 });
    expect(state.computedNumbers).toEqual({ is_risky: 1 });
  });

  it("shows them in a plan", () => {
    const plan = planDefinitions(undefined, "p", define(base));
    const change = plan.changes.find(({ kind }) => kind === DefinitionKind.FEATURE_SERVICE)!;
    const lines = change.details.map(({ path, after }) => `${path}: ${after}`);
    expect(lines).toContain("request_data.planned_min.type: INT64");
    expect(lines).toContain("on_demand_features.is_risky.type: BOOL");
    expect(lines).toContain(`on_demand_features.is_risky.expression: ${risky.expression}`);
  });

  it("takes new ones and other expressions as its next revision", () => {
    const snapshot = applyAll("p", base);
    const late = { name: "is_late", type: BOOL, expression: "origin.mean_delay > 60.0" };
    const next = withService({
      requestData: [{ name: "gate", type: STRING }, planned],
      onDemandFeatures: [late, { ...risky, expression: "planned_min > 60" }],
    });
    expect(planDefinitions(snapshot, "p", next).changes[0]!.action).toBe(Change_Action.UPDATE);
    expect(serviceOf(applyTo(snapshot, "p", next), "flight_delay")).toMatchObject({
      revision: 2,
      keyNumbers: { origin: 1, destination: 2, planned_min: 3, gate: 4 },
      computedNumbers: { is_risky: 1, is_late: 2 },
    });
  });

  it("gives no number twice, also after a delete", () => {
    const meta = { viewIds: [], appliedAtUs: 1n, appliedBy: "" };
    const kind = DefinitionKind.FEATURE_SERVICE;
    const deleted = planDelete(applyAll("p", base), "p", kind, "flight_delay").build(meta);
    const state = serviceOf(applyTo(deleted, "p", withService({})), "flight_delay");
    expect(state.computedNumbers).toEqual({ is_risky: 2 });
    expect(state.keyNumbers).toEqual({ origin: 4, destination: 5, planned_min: 6 });
  });

  const breaking: [string, object, string][] = [
    [
      "request data that goes",
      { requestData: [], onDemandFeatures: [{ ...risky, expression: "true" }] },
      "request_data[planned_min]",
    ],
    [
      "another type of request data",
      {
        requestData: [{ ...planned, type: DOUBLE }],
        onDemandFeatures: [{ ...risky, expression: "planned_min > 1.0" }],
      },
      "from INT64 to DOUBLE",
    ],
    ["an on-demand feature that goes", { onDemandFeatures: [] }, "on_demand_features[is_risky]"],
    [
      "another type of an on-demand feature",
      { onDemandFeatures: [{ ...risky, type: INT64, expression: "1" }] },
      "from BOOL to INT64",
    ],
  ];
  for (const [what, service, place] of breaking) {
    it(`refuses ${what}, naming the service`, () => {
      const failure = failureOf(() => planDefinitions(applyAll("p", base), "p", withService(service)));
      expect(failure.kind).toBe("BREAKING_CHANGE");
      expect(failure.message).toContain(place);
      expect(failure.message).toContain("clients of feature service flight_delay");
    });
  }
});

describe("validateOnDemand()", () => {
  const wrongFields: [string, object, string, string][] = [
    [
      "a key's name",
      { requestData: [{ name: "origin", type: INT64 }] },
      "INVALID_NAME",
      "request key origin has this name",
    ],
    [
      "a name of the same form",
      { requestData: [planned, { name: "planned_m_in", type: INT64 }, { name: "planned_mIn", type: INT64 }] },
      "INVALID_NAME",
      "planned_mIn",
    ],
    [
      "camelCase twins",
      {
        requestData: [
          { name: "a_1", type: INT64 },
          { name: "a1", type: INT64 },
        ],
      },
      "INVALID_NAME",
      "request field a_1 has the same camelCase form a1",
    ],
    [
      "a word of expressions",
      { requestData: [{ name: "loop", type: INT64 }] },
      "INVALID_NAME",
      "expressions have that word themselves",
    ],
    ["no type", { requestData: [{ name: "x" }] }, "INVALID_DEFINITION", "got no type"],
    [
      "a vector without dimension",
      { requestData: [{ name: "x", type: FLOAT_VECTOR }] },
      "INVALID_DEFINITION",
      "1 … 65536",
    ],
    [
      "too many",
      { requestData: Array.from({ length: 101 }, (_, i) => ({ name: `x${i}`, type: INT64 })) },
      "LIMIT_EXCEEDED",
      "got 101",
    ],
  ];
  for (const [what, service, kind, message] of wrongFields) {
    it(`refuses request data with ${what}`, () => {
      const failure = refused({ onDemandFeatures: [], ...service });
      expect([failure.kind, failure.message]).toEqual([kind, expect.stringContaining(message)]);
      expect(failure.field).toContain("feature_services[flight_delay].request_data");
    });
  }

  it("refuses an on-demand feature with the name of a view, an alias, a key or request data", () => {
    for (const name of ["origin", "planned_min"]) {
      expect(refused({ onDemandFeatures: [{ ...risky, name }] }).kind).toBe("INVALID_NAME");
    }
    const views = [{ view: "airport_hourly" }];
    const feature = { name: "airport_hourly", type: BOOL, expression: "true" };
    const failure = refused({ views, onDemandFeatures: [feature] });
    expect(failure.message).toContain("view or alias airport_hourly has this name");
  });

  const wrongExpressions: [string, string, string][] = [
    [
      "an unknown feature",
      "origin.mean_dela > 15.0",
      "at character 1, there is no origin.mean_dela among the features of the service. Did you mean origin.mean_delay?",
    ],
    [
      "a feature that the service does not read",
      "destination.departures > 1",
      "there is no destination.departures among the features of the service",
    ],
    ["a wrong type", "origin.mean_delay + 15 > 1.0", "at character 19, + does not take double and int"],
    ["a wrong result", "origin.mean_delay", "it gives a double, expected a bool for BOOL"],
    ["bad syntax", "origin.mean_delay > > 1", "at character"],
  ];
  for (const [what, expression, message] of wrongExpressions) {
    it(`refuses an expression with ${what}, naming service, feature and place`, () => {
      const failure = refused({ onDemandFeatures: [{ ...risky, expression }] });
      const path = "feature_services[flight_delay].on_demand_features[is_risky].expression";
      expect(failure.kind).toBe("INVALID_DEFINITION");
      expect(failure.field).toBe(path);
      expect(failure.message).toContain(`Cannot accept ${path}: `);
      expect(failure.message).toContain(message);
    });
  }
});
