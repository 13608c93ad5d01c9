import type { MessageInitShape } from "@bufbuild/protobuf";
import { AggregateFunction, type FeatureViewSchema, ValueType } from "@timewell/contracts";
import { describe, expect, it } from "vitest";
import { compileProject } from "../compile-project.ts";
import { applyTo, failureOf } from "../definitions.testdata.ts";
import { planDefinitions } from "../plan-definitions.ts";
import { departureFiles, departures, windowed, withDepartures } from "./windowed-view.testdata.ts";

type Parts = MessageInitShape<typeof FeatureViewSchema>;
const { COUNT, SUM, MEAN, LAST_N, FIRST, UNSPECIFIED } = AggregateFunction;
const { INT64, DOUBLE, STRING, STRING_LIST, DOUBLE_LIST } = ValueType;
const one = (feature: ReturnType<typeof windowed>): Parts => ({ features: [feature] });
const countOver = (windowMs: bigint) => one(windowed("f", INT64, COUNT, { windowMs }));

/** What is wrong, the field of the error, and a part of its message. */
const cases: readonly (readonly [string, Parts, string, string])[] = [
  ["a ttl", { ttlMs: 1n }, "ttl", "a view with windows has no ttl"],
  [
    "a feature without an aggregate",
    { features: [{ name: "f", type: INT64 }] },
    "features[f].aggregate",
    "there is none",
  ],
  [
    "no function",
    one(windowed("f", INT64, UNSPECIFIED)),
    "features[f].aggregate.function",
    "expected one of COUNT",
  ],
  [
    "a count with an input",
    one(windowed("f", INT64, COUNT, { input: "delay" })),
    "features[f].aggregate.input",
    "COUNT has no input",
  ],
  [
    "an unknown input",
    one(windowed("f", DOUBLE, SUM, { input: "late" })),
    "features[f].aggregate.input",
    "there is no event field late",
  ],
  [
    "a sum of texts",
    one(windowed("f", DOUBLE, SUM, { input: "flight_id" })),
    "features[f].aggregate.input",
    "SUM does not take STRING",
  ],
  [
    "a sum of integers that is a double",
    one(windowed("f", DOUBLE, SUM, { input: "passengers" })),
    "features[f].type",
    "expected INT64 for SUM of INT32",
  ],
  [
    "the last events as one value",
    one(windowed("f", STRING, LAST_N, { input: "flight_id", n: 3 })),
    "features[f].type",
    "expected STRING_LIST",
  ],
  [
    "the last events without a number",
    one(windowed("f", STRING_LIST, LAST_N, { input: "flight_id" })),
    "features[f].aggregate.n",
    "got 0, expected 1 … 1000",
  ],
  [
    "a number of events of a mean",
    one(windowed("f", DOUBLE, MEAN, { input: "delay", n: 2 })),
    "features[f].aggregate.n",
    "got 2, expected 0",
  ],
  ["a short window", countOver(30_000n), "features[f].aggregate.window_ms", "expected 1m … 90d, or 0"],
  [
    "a long window",
    countOver(91n * 86_400_000n),
    "features[f].aggregate.window_ms",
    "expected 1m … 90d, or 0",
  ],
  [
    "a window between hops",
    countOver(90n * 60_000n + 1_000n),
    "features[f].aggregate.window_ms",
    "Write 90m.",
  ],
  [
    "a filter of an unknown field",
    one(windowed("f", INT64, COUNT, { filter: "late > 1" })),
    "features[f].aggregate.filter",
    "there is no late",
  ],
  [
    "a filter beyond the subset",
    one(windowed("f", INT64, COUNT, { filter: "delay + 1.0 > 1.0" })),
    "features[f].aggregate.filter",
    "filters do not have this",
  ],
  [
    "an event field that is a key",
    { eventFields: [{ name: "airport", type: STRING }] },
    "event_fields[airport]",
    "is a join key",
  ],
  [
    "an event id that is no event field",
    { eventIdField: "id" },
    "event_id_field",
    "there is no event field id",
  ],
  ["an event id of a double", { eventIdField: "delay" }, "event_id_field", "expected STRING, BYTES or INT64"],
  ["a cut-over without a source", { cutOverUs: 0n }, "cut_over_us", "the view has no batch source"],
  [
    "windows without event fields",
    { eventFields: [] },
    "features[count_1h].aggregate",
    "the view has no event fields",
  ],
  [
    "an answer that fits in no row",
    { features: [1, 2, 3].map((i) => windowed(`f${i}`, DOUBLE_LIST, LAST_N, { input: "delay", n: 1_000 })) },
    "features",
    "an answer may take 36000 bytes",
  ],
];

describe("windowed views", () => {
  it.each(cases)("are refused with %s", (_, parts, field, message) => {
    const failure = failureOf(() => planDefinitions(undefined, "p", withDepartures(parts)));
    expect(failure.field).toBe(`feature_views[departures].${field}`);
    expect(failure.message + (failure.hint ?? "")).toContain(message);
  });

  it("compile to what is aggregated, and over which fields", () => {
    const features = [
      ...departures().features,
      windowed("first_1d", STRING, FIRST, {
        input: "flight_id",
        windowMs: 86_400_000n,
        filter: "delay > 0.0",
      }),
    ];
    const snapshot = applyTo(undefined, "p", withDepartures({ features, eventIdField: "flight_id" }));
    const view = compileProject(snapshot).views.get("departures")![0]!;
    expect(view.input.features.map(({ name, number }) => [name, number])).toEqual([
      ["flight_id", 1],
      ["delay", 2],
      ["passengers", 3],
    ]);
    expect(view.windows).toMatchObject({ eventId: 0, cutOverUs: undefined });
    expect(view.windows!.features).toMatchObject([
      {
        function: "COUNT",
        input: undefined,
        windowUs: 3_600_000_000n,
        hopUs: 60_000_000n,
        filter: undefined,
      },
      { function: "MEAN", input: 1, type: "DOUBLE" },
      {
        function: "FIRST",
        input: 0,
        windowUs: 86_400_000_000n,
        hopUs: 3_600_000_000n,
        filter: { fields: [1] },
      },
    ]);
  });

  it("keep the time at which they go over from files to the log, and the numbers of event fields", () => {
    const first = applyTo(undefined, "p", withDepartures({ batchSource: departureFiles }));
    const version = first.featureViews[0]!.versions[0]!;
    expect(version.cutOverUs).toBe(first.appliedAtUs);
    const eventFields = [{ name: "gate", type: STRING }, ...departures().eventFields];
    const second = applyTo(first, "p", withDepartures({ batchSource: departureFiles, eventFields }));
    const [grown, ...others] = second.featureViews[0]!.versions;
    expect(others).toEqual([]);
    expect(grown).toMatchObject({ schemaRevision: 2, cutOverUs: version.cutOverUs });
    expect(grown!.eventFieldNumbers).toEqual({ flight_id: 1, delay: 2, passengers: 3, gate: 4 });
    expect(
      planDefinitions(second, "p", withDepartures({ batchSource: departureFiles, eventFields })).changes,
    ).toEqual([]);
  });

  it.each<readonly [string, Parts, number]>([
    ["another feature", { features: [...departures().features, windowed("f", INT64, COUNT)] }, 1],
    [
      "another filter",
      {
        features: [windowed("count_1h", INT64, COUNT, { filter: "delay > 1.0" }), departures().features[1]!],
      },
      2,
    ],
    [
      "another window",
      { features: [windowed("count_1h", INT64, COUNT, { windowMs: 60_000n }), departures().features[1]!] },
      2,
    ],
    ["an event field less", { eventFields: departures().eventFields.slice(0, 2) }, 2],
    ["an event id", { eventIdField: "flight_id" }, 2],
    ["a batch source", { batchSource: departureFiles }, 2],
  ])("with %s are at version … of a changed definition", (_, parts, version) => {
    const snapshot = applyTo(applyTo(undefined, "p", withDepartures()), "p", withDepartures(parts));
    expect(snapshot.featureViews[0]!.versions.at(-1)!.version).toBe(version);
  });

  it("are described by what they aggregate", () => {
    const features = [windowed("f", INT64, COUNT, { windowMs: 0n, filter: "delay > 1.0" })];
    const [change] = planDefinitions(
      undefined,
      "p",
      withDepartures({ features, batchSource: departureFiles }),
    ).changes.slice(1);
    const lines = Object.fromEntries(change!.details.map(({ path, after }) => [path, after]));
    expect(lines).toMatchObject({
      "features.f.aggregate.function": "COUNT",
      "features.f.aggregate.window": "lifetime",
      "features.f.aggregate.filter": "delay > 1.0",
      "event_fields.delay.type": "DOUBLE",
      cut_over: "when it is applied",
    });
  });
});
