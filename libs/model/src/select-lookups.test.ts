import { ValueType } from "@timewell/contracts";
import { describe, expect, it } from "vitest";
import { airport, airportHourly, compiled, failureOf } from "./definitions.testdata.ts";
import { selectLookups } from "./select-lookups.ts";

const weather = {
  name: "weather",
  entity: "airport",
  features: [
    { name: "wind", type: ValueType.FLOAT },
    { name: "rain", type: ValueType.BOOL },
  ],
};
const project = compiled({ entities: [airport], featureViews: [airportHourly(), weather] });

const none = { alias: "", features: [], lookupKeys: [], eventTimeColumn: "" };
const select = (...lookups: readonly Partial<Record<string, unknown>>[]) =>
  selectLookups(project, {
    lookups: lookups.map((lookup) => ({ view: "weather", ...none, ...lookup })),
  } as never);

describe("selectLookups()", () => {
  it("reads one view by several label columns, each under a prefix and at an instant of its own", () => {
    const { selection, eventTimeColumns } = select(
      { alias: "origin", lookupKeys: ["From Airport"], features: ["rain"] },
      { alias: "dest", lookupKeys: ["To Airport"], eventTimeColumn: "arrival" },
      { view: "airport_hourly@1" },
    );
    expect(selection.views.map(({ name, keyNames, columns }) => [name, keyNames, columns])).toEqual([
      ["origin", ["From Airport"], ["origin__rain"]],
      ["dest", ["To Airport"], ["dest__wind", "dest__rain"]],
      ["airport_hourly", ["airport"], ["airport_hourly__departures", "airport_hourly__mean_delay"]],
    ]);
    expect(eventTimeColumns).toEqual([undefined, "arrival", undefined]);
    expect(selection.columns).toHaveLength(5);
  });

  it("refuses what it cannot look up, naming the lookup", () => {
    const bad: [string, RegExp, readonly Partial<Record<string, unknown>>[]][] = [
      ["INVALID_REQUEST", /no lookup/, []],
      ["INVALID_REQUEST", /expected view or view@version/, [{ view: "weather:rain" }]],
      ["INVALID_REQUEST", /weather as the prefix of two/, [{}, {}]],
      ["INVALID_REQUEST", /weather:rain twice/, [{ features: ["rain", "rain"] }]],
      ["INVALID_REQUEST", /got 2 lookup keys/, [{ lookupKeys: ["a", "b"] }]],
      ["INVALID_NAME", /lower-case words/, [{ alias: "a__b" }]],
      ["FEATURE_VIEW_NOT_FOUND", /weathr/, [{ view: "weathr" }]],
      ["FEATURE_NOT_FOUND", /rian/, [{ features: ["rian"] }]],
      ["LIMIT_EXCEEDED", /101 lookups/, Array.from({ length: 101 }, (_, i) => ({ alias: `a${i}` }))],
    ];
    for (const [kind, message, lookups] of bad)
      expect(failureOf(() => select(...lookups))).toMatchObject({
        kind,
        message: expect.stringMatching(message),
      });
  });
});
