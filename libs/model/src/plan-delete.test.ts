import { DefinitionKind } from "@timewell/contracts";
import { describe, expect, it } from "vitest";
import { airport, airportHourly, applyAll, failureOf, flightDelay } from "./definitions.testdata.ts";
import { planDelete } from "./plan-delete.ts";

const { ENTITY, FEATURE_VIEW, FEATURE_SERVICE, UNSPECIFIED } = DefinitionKind;
const current = applyAll(
  "flights",
  { entities: [airport], featureViews: [airportHourly()], featureServices: [flightDelay] },
  { featureViews: [airportHourly({ features: airportHourly().features.slice(0, 1) })] },
);

describe("planDelete()", () => {
  it("deletes users before what they use, and keeps what must not be given again", () => {
    let snapshot = current;
    for (const [kind, name] of [
      [FEATURE_SERVICE, "flight_delay"],
      [FEATURE_VIEW, "airport_hourly"],
      [ENTITY, "airport"],
    ] as const) {
      const plan = planDelete(snapshot, "flights", kind, name);
      expect(plan.changes).toMatchObject([{ kind, name }]);
      snapshot = plan.build({ viewIds: [], appliedAtUs: 5n, appliedBy: "me" });
    }
    expect(snapshot).toMatchObject({ version: 5n, entities: [], featureViews: [], featureServices: [] });
    expect(snapshot.retired).toMatchObject([
      { kind: "entity", name: "airport", version: 0, fieldNumberMax: 0 },
      { kind: "feature_service", name: "flight_delay", version: 1, fieldNumberMax: 17, keyNumberMax: 2 },
      { kind: "feature_view", name: "airport_hourly", version: 2, fieldNumberMax: 2 },
    ]);
  });

  const failures = [
    [ENTITY, "airport", "DEFINITION_IN_USE", "feature view airport_hourly@1, feature view airport_hourly@2"],
    [FEATURE_VIEW, "airport_hourly", "DEFINITION_IN_USE", "used by feature service flight_delay"],
    [ENTITY, "airprt", "ENTITY_NOT_FOUND", "Did you mean airport?"],
    [FEATURE_VIEW, "nothing_like_it", "FEATURE_VIEW_NOT_FOUND", "The feature views are airport_hourly."],
    [FEATURE_SERVICE, "flight_delays", "FEATURE_SERVICE_NOT_FOUND", "Did you mean flight_delay?"],
    [UNSPECIFIED, "airport", "INVALID_REQUEST", "Name the kind"],
  ] as const;
  for (const [kind, name, error, text] of failures) {
    it(`refuses ${name} as kind ${kind} with ${error}`, () => {
      const failure = failureOf(() => planDelete(current, "flights", kind, name));
      expect(failure.kind).toBe(error);
      expect(failure.message).toContain(text);
    });
  }

  it("refuses a project that does not exist", () => {
    expect(() => planDelete(undefined, "nowhere", ENTITY, "airport")).toThrow("Cannot find project nowhere");
  });
});
