import { ValueType } from "@timewell/contracts";
import { describe, expect, it } from "vitest";
import { airport, airportHourly, compiled, failureOf, flightDelay } from "./definitions.testdata.ts";
import { feature } from "./find-feature.ts";
import { findView } from "./find-view.ts";
import { selectReferences } from "./select-references.ts";
import { selectService } from "./select-service.ts";

const weather = {
  name: "weather",
  entity: "airport",
  features: [
    { name: "wind", type: ValueType.FLOAT },
    { name: "rain", type: ValueType.BOOL },
  ],
};
const numbered = { name: "numbered", joinKeys: [{ name: "airport", type: ValueType.INT64 }] };
const project = compiled(
  {
    entities: [airport, numbered],
    featureViews: [airportHourly(), weather, { ...weather, name: "by_number", entity: "numbered" }],
    featureServices: [flightDelay],
  },
  { featureViews: [airportHourly({ features: [{ name: "mean_delay", type: ValueType.DOUBLE }] })] },
);

describe("selectReferences()", () => {
  it("groups by view in order of first mention and keeps columns in the order asked for (semantics 7)", () => {
    const selection = selectReferences(project, [
      "weather:rain",
      "airport_hourly:mean_delay",
      "weather:wind",
    ]);
    expect(selection.views.map((view) => [view.name, view.view.version, view.columns])).toEqual([
      ["weather", 1, ["weather__rain", "weather__wind"]],
      ["airport_hourly", 2, ["airport_hourly__mean_delay"]],
    ]);
    expect(selection.columns).toEqual(["weather__rain", "airport_hourly__mean_delay", "weather__wind"]);
    expect(selection.columnSources).toEqual([
      { view: 0, feature: 0 },
      { view: 1, feature: 0 },
      { view: 0, feature: 1 },
    ]);
    expect(selection.keys).toEqual([{ name: "airport", type: "STRING" }]);
    expect(selection.keyGroups).toHaveLength(1);
    expect(selection).toMatchObject({ service: "", revision: 0 });
  });

  it("reads whole views and stated versions", () => {
    const [view] = selectReferences(project, ["airport_hourly@1:*"]).views;
    expect(view).toMatchObject({
      whole: true,
      view: { version: 1 },
      columns: ["airport_hourly__departures", "airport_hourly__mean_delay"],
    });
    expect(selectReferences(project, ["weather:rain", "weather:wind"]).views[0]!.whole).toBe(false);
  });

  it("cannot be changed, nor what it is made of", () => {
    const selection = selectReferences(project, ["weather:*"]);
    for (const part of [
      selection,
      selection.views,
      selection.views[0],
      selection.columns,
      project.views.get("weather"),
    ]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  const failures = [
    [[], "INVALID_REQUEST", "Name features like view:feature"],
    [["weather"], "INVALID_REQUEST", "expected view:feature, view:* or view@version:feature"],
    [["weather@0:rain"], "INVALID_REQUEST", "expected view:feature"],
    [["weather:rain", "weather:rain"], "INVALID_REQUEST", "weather:rain twice"],
    [["weather:*", "weather:rain"], "INVALID_REQUEST", "weather:rain twice"],
    [["weather:rain", "weather:*"], "INVALID_REQUEST", "weather:rain twice"],
    [["airport_hourly@1:departures", "airport_hourly:mean_delay"], "INVALID_REQUEST", "versions 1 and 2"],
    [
      ["weather:rain", "by_number:rain"],
      "INVALID_REQUEST",
      "key airport is STRING in one and INT64 in the other",
    ],
    [["wether:rain"], "FEATURE_VIEW_NOT_FOUND", "Did you mean weather?"],
    [["weather@3:rain"], "FEATURE_VIEW_NOT_FOUND", "Its versions are 1."],
    [["weather:rian"], "FEATURE_NOT_FOUND", "Did you mean rain?"],
    [Array.from({ length: 1001 }, () => "weather:rain"), "LIMIT_EXCEEDED", "at most 1000"],
  ] as const;
  for (const [references, kind, text] of failures) {
    it(`refuses ${references.slice(0, 2).join(", ") || "nothing"} of ${references.length} with ${kind}`, () => {
      const failure = failureOf(() => selectReferences(project, references));
      expect(failure.kind).toBe(kind);
      expect(failure.message).toContain(text);
    });
  }
});

describe("selectService()", () => {
  it("reads pinned versions under aliases and request keys", () => {
    const selection = selectService(project, "flight_delay");
    expect(selection.columns).toEqual([
      "origin__departures",
      "origin__mean_delay",
      "destination__mean_delay",
    ]);
    expect(
      selection.views.map((view) => [view.view.version, view.keyNames, view.keyGroup, view.whole]),
    ).toEqual([
      [1, ["origin"], 0, true],
      [1, ["destination"], 1, false],
    ]);
    expect(selection.keys.map((key) => key.name)).toEqual(["origin", "destination"]);
    expect([...project.services.get("flight_delay")!.fieldNumbers]).toEqual([
      ["origin", 16],
      ["destination", 17],
    ]);
  });

  it("does not read features that came after the service was applied", () => {
    const wider = [...airportHourly().features, { name: "cancelled", type: ValueType.INT64 }];
    const grown = compiled(
      { entities: [airport], featureViews: [airportHourly()], featureServices: [flightDelay] },
      { featureViews: [airportHourly({ features: wider })] },
    );
    expect(selectService(grown, "flight_delay").columns).not.toContain("origin__cancelled");
    expect(findView(grown, "airport_hourly").features).toHaveLength(3);
  });

  it("suggests the nearest name", () => {
    expect(failureOf(() => selectService(project, "flight_dely"))).toMatchObject({
      kind: "FEATURE_SERVICE_NOT_FOUND",
      hint: "Did you mean flight_delay?",
    });
  });
});

describe("compileProject()", () => {
  it("finds views by name, version and id", () => {
    expect(findView(project, "airport_hourly").version).toBe(2);
    expect(findView(project, "airport_hourly", 1).ttlUs).toBe(21_600_000_000n);
    for (const versions of project.views.values()) {
      for (const view of versions) expect(project.viewsById.get(view.id)).toBe(view);
    }
    expect(feature(findView(project, "weather"), "rain")).toMatchObject({
      index: 1,
      number: 2,
      type: "BOOL",
    });
  });

  const modes = [
    ["pushes only", {}, "AVAILABLE"],
    ["a source without available times", airportHourly(), "EVENT_TIME"],
    [
      "a created column",
      { batchSource: { ...airportHourly().batchSource, createdTimeColumn: "loaded_at" } },
      "AVAILABLE",
    ],
    ["a delay", { batchSource: { ...airportHourly().batchSource, availabilityDelayMs: 0n } }, "AVAILABLE"],
  ] as const;
  for (const [what, parts, mode] of modes) {
    it(`counts history by ${mode} for ${what}`, () => {
      const featureViews = [{ ...weather, ...parts, name: "v", entity: "airport" }];
      expect(findView(compiled({ entities: [airport], featureViews }), "v").historyMode).toBe(mode);
    });
  }
});
