import { toJson } from "@bufbuild/protobuf";
import { Change_Action, ChangeSchema, DefinitionKind, SnapshotSchema, ValueType } from "@timewell/contracts";
import { describe, expect, it } from "vitest";
import {
  airport,
  airportHourly,
  allVersions,
  applyAll,
  applyTo,
  define,
  flightDelay,
  serviceOf,
} from "./definitions.testdata.ts";
import { planDefinitions } from "./plan-definitions.ts";
import { planDelete } from "./plan-delete.ts";

const base = {
  entities: [airport],
  featureViews: [airportHourly()],
  featureServices: [flightDelay],
};
const { INT32, INT64, DOUBLE, FLOAT_VECTOR, STRING } = ValueType;
const meta = { viewIds: [] as number[], appliedAtUs: 1n, appliedBy: "" };

const actionNames = new Map(Object.entries(Change_Action).map(([name, action]) => [action as number, name]));

function changesOf(step: Parameters<typeof define>[0]) {
  return planDefinitions(applyAll("flights", base), "flights", define(step)).changes.map(
    ({ name, action, details }) => ({
      name,
      action: actionNames.get(action),
      details: details.map((detail) => `${detail.path}: ${detail.before} → ${detail.after}`),
    }),
  );
}

describe("planDefinitions()", () => {
  it("creates entities, views and services in this order, with details", () => {
    const plan = planDefinitions(undefined, "flights", define(base));
    expect(plan.baseVersion).toBe(0n);
    expect(plan.newViewVersions).toBe(1);
    expect(plan.changes.map((change) => [change.kind, change.action])).toEqual([
      [DefinitionKind.ENTITY, Change_Action.CREATE],
      [DefinitionKind.FEATURE_VIEW, Change_Action.CREATE],
      [DefinitionKind.FEATURE_SERVICE, Change_Action.CREATE],
    ]);
    expect(plan.changes[1]!.details.map((detail) => `${detail.path}=${detail.after}`)).toEqual([
      "entity=airport",
      "join_keys=airport STRING",
      "ttl=6h",
      "features.departures.type=INT64",
      "features.mean_delay.type=DOUBLE",
      "source.format=PARQUET",
      "source.path=airport_hourly",
      "source.event_time_column=hour",
    ]);
  });

  it("plans nothing for definitions that are applied already, and builds the same snapshot", () => {
    const current = applyAll("flights", base);
    const plan = planDefinitions(current, "flights", define(base));
    expect(plan.changes).toEqual([]);
    expect(plan.build(meta)).toBe(current);
  });

  it("leaves definitions that are not named as they are", () => {
    const current = applyAll("flights", base);
    const next = applyTo(current, "flights", define({ entities: [{ ...airport, owner: "ops" }] }));
    expect(next.version).toBe(2n);
    expect(next.featureViews).toEqual(current.featureViews);
    expect(next.featureServices).toEqual(current.featureServices);
  });

  it("does not touch the current snapshot or the definitions", () => {
    const current = applyAll("flights", base);
    const before = toJson(SnapshotSchema, current);
    const definitions = define({ featureViews: [airportHourly({ ttlMs: 1n })] });
    const next = applyTo(current, "flights", definitions);
    definitions.featureViews[0]!.ttlMs = 7n;
    expect(toJson(SnapshotSchema, current)).toEqual(before);
    expect(allVersions(next)[0]!.definition!.ttlMs).toBe(1n);
  });

  const features = airportHourly().features;
  const added = [...features, { name: "cancelled", type: INT64 }];
  const updates = [
    ["a ttl", airportHourly({ ttlMs: 0n }), ["ttl: 6h → for ever"], 1],
    ["a new feature", airportHourly({ features: added }), ["features.cancelled.type:  → INT64"], 2],
    ["another order", airportHourly({ features: features.toReversed() }), undefined, 2],
    ["a description", airportHourly({ description: "new" }), ["description:  → new"], 1],
    ["a tag", airportHourly({ tags: { team: "ops" } }), ["tags.team:  → ops"], 1],
    [
      "a source",
      airportHourly({ batchSource: { ...airportHourly().batchSource, path: "v2" } }),
      ["source.path: airport_hourly → v2"],
      1,
    ],
  ] as const;
  for (const [what, view, details, schemaRevision] of updates) {
    it(`updates a view for ${what}`, () => {
      const [change] = changesOf({ featureViews: [view] });
      expect(change?.action).toBe("UPDATE");
      expect(change?.details).toEqual(
        details ?? ["features: departures, mean_delay → mean_delay, departures"],
      );
      const [version] = allVersions(applyAll("flights", base, { featureViews: [view] }));
      expect(version).toMatchObject({ version: 1, id: 1, schemaRevision });
      expect(version!.fieldNumbers).toMatchObject({ departures: 1, mean_delay: 2 });
    });
  }

  const breaks = [
    ["a removed feature", { featureViews: [airportHourly({ features: features.slice(0, 1) })] }],
    [
      "another type",
      { featureViews: [airportHourly({ features: [{ name: "departures", type: INT32 }, features[1]!] })] },
    ],
    [
      "another entity",
      {
        entities: [{ name: "place", joinKeys: airport.joinKeys }],
        featureViews: [airportHourly({ entity: "place" })],
      },
    ],
    ["other join keys", { entities: [{ name: "airport", joinKeys: [{ name: "airport", type: INT64 }] }] }],
  ] as const;
  for (const [what, step] of breaks) {
    it(`makes a new version of a view for ${what}, and keeps the old one and the pins of services`, () => {
      const view = changesOf(step as never).find((change) => change.name === "airport_hourly");
      expect(view?.action).toBe("NEW_VERSION");
      const next = applyAll("flights", base, step as never);
      expect(
        allVersions(next).map(({ version, id, schemaRevision }) => [version, id, schemaRevision]),
      ).toEqual([
        [1, 1, 1],
        [2, 2, 1],
      ]);
      expect(serviceOf(next, "flight_delay").definition!.views.map((use) => use.version)).toEqual([1, 1]);
      expect(applyTo(next, "flights", define({ featureServices: [flightDelay] }))).toBe(next);
    });
  }

  it("makes a new version where a dimension changes", () => {
    const vector = (dimension: number) => ({
      featureViews: [airportHourly({ features: [{ name: "v", type: FLOAT_VECTOR, dimension }] })],
    });
    const current = applyAll("p", { entities: [airport], ...vector(3) });
    const [change] = planDefinitions(current, "p", define(vector(4))).changes;
    expect(toJson(ChangeSchema, change!)).toMatchObject({
      action: "ACTION_NEW_VERSION",
      details: [{ path: "features.v.type", before: "FLOAT_VECTOR(3)", after: "FLOAT_VECTOR(4)" }],
    });
  });

  it("never gives a field number twice, also not after delete and re-create", () => {
    const other = { featureViews: [airportHourly({ features: [{ name: "x", type: STRING }] })] };
    let snapshot = applyAll("p", { entities: [airport], featureViews: [airportHourly()] }, other);
    expect(allVersions(snapshot)[1]!.fieldNumbers).toEqual({ x: 3 });
    snapshot = planDelete(snapshot, "p", DefinitionKind.FEATURE_VIEW, "airport_hourly").build(meta);
    snapshot = applyTo(snapshot, "p", define({ featureViews: [airportHourly()] }));
    expect(allVersions(snapshot)).toMatchObject([
      { version: 3, schemaRevision: 1, fieldNumbers: { departures: 4, mean_delay: 5 } },
    ]);
  });

  it("refuses ids that do not fit the plan", () => {
    const plan = planDefinitions(
      undefined,
      "p",
      define({ entities: [airport], featureViews: [airportHourly()] }),
    );
    expect(() => plan.build(meta)).toThrow("got 0 view ids, expected 1");
  });

  it("skips the field numbers that Protobuf keeps for itself", () => {
    const current = applyAll("p", { entities: [airport], featureViews: [airportHourly()] });
    allVersions(current)[0]!.fieldNumbers.mean_delay = 18_999;
    const next = applyTo(current, "p", define({ featureViews: [airportHourly({ features: added })] }));
    expect(allVersions(next)[0]!.fieldNumbers.cancelled).toBe(20_000);
  });

  it("keeps the number of a feature whose type another feature's change leaves alone", () => {
    const view = airportHourly({ features: [{ name: "departures", type: DOUBLE }, features[1]!] });
    const next = applyAll("flights", base, { featureViews: [view] });
    expect(allVersions(next)[1]!.fieldNumbers).toEqual({ departures: 3, mean_delay: 2 });
  });
});
