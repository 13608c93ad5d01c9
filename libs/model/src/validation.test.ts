import { FileFormat, ValueType } from "@timewell/contracts";
import { describe, expect, it } from "vitest";
import {
  airport,
  airportHourly,
  applyAll,
  define,
  failureOf,
  type ViewInit,
} from "./definitions.testdata.ts";
import { planDefinitions } from "./plan-definitions.ts";

type Init = Parameters<typeof define>[0];
const { INT64, DOUBLE, STRING, FLOAT_VECTOR, UNSPECIFIED } = ValueType;

const key = (name: string, type: ValueType = STRING) => ({ name, type });
const entity = (joinKeys: ReturnType<typeof key>[], name = "e"): Init => ({ entities: [{ name, joinKeys }] });
const view = (parts: ViewInit): Init => ({ entities: [airport], featureViews: [airportHourly(parts)] });
const feature = (name: string, type: ValueType = INT64, dimension = 0) => ({ name, type, dimension });
const features = (...list: ReturnType<typeof feature>[]) => view({ features: list, batchSource: source({}) });
const source = (parts: object) => ({
  format: FileFormat.CSV,
  path: "p",
  eventTimeColumn: "at",
  ...parts,
});
const sourced = (parts: object) => view({ batchSource: source(parts) });
const route = { name: "route", joinKeys: [key("origin"), key("destination")] };
const byRoute = { name: "by_route", entity: "route", features: [feature("flights")] };
const numbered = { name: "numbered", joinKeys: [key("airport", INT64)] };
const byNumber = { name: "by_number", entity: "numbered", features: [feature("n")] };
const service = (...views: object[]): Init => ({
  entities: [airport, route, numbered],
  featureViews: [airportHourly(), byRoute, byNumber],
  featureServices: [{ name: "s", views }],
});
const many = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));
const viewPath = "feature_views[airport_hourly]";

/** What is wrong, kind of the error, its field, and a part of its message. */
const cases: readonly (readonly [string, Init, string, string, string])[] = [
  // Names.
  [
    "a name with capitals",
    entity([], "AirPort"),
    "INVALID_NAME",
    "entities[AirPort].name",
    "Write air_port.",
  ],
  ["a name with __", entity([], "a__b"), "INVALID_NAME", "entities[a__b].name", "Write a_b."],
  ["a name that begins with a digit", entity([], "1a"), "INVALID_NAME", "entities[1a].name", "Write a."],
  ["an empty name", entity([], ""), "INVALID_NAME", "entities[0].name", 'got ""'],
  [
    "a long name",
    entity([], "x".repeat(64)),
    "INVALID_NAME",
    `entities[${"x".repeat(64)}].name`,
    "64 characters",
  ],
  ["a Python keyword", entity([key("from")]), "INVALID_NAME", "entities[e].join_keys[from].name", "keyword"],
  [
    "an object member",
    features(feature("value_of")),
    "INVALID_NAME",
    `${viewPath}.features[value_of].name`,
    "JavaScript",
  ],
  [
    "constructor",
    features(feature("constructor")),
    "INVALID_NAME",
    `${viewPath}.features[constructor].name`,
    "reserved",
  ],
  [
    "a field of responses as view",
    view({ name: "event_times_us" }),
    "INVALID_NAME",
    "feature_views[event_times_us].name",
    "every typed response row",
  ],
  [
    "a message of the file as service",
    { featureServices: [{ name: "get_request" }] },
    "INVALID_NAME",
    "feature_services[get_request].name",
    "reserved",
  ],
  [
    "a service named like a row message",
    {
      entities: [airport],
      featureViews: [airportHourly()],
      featureServices: [{ name: "airport_hourly_v2" }],
    },
    "INVALID_NAME",
    "feature_services[airport_hourly_v2].name",
    "AirportHourlyV2",
  ],
  [
    "one camelCase form",
    features(feature("a_1"), feature("a1")),
    "INVALID_NAME",
    `${viewPath}.features[a1]`,
    "a_1 and a1 have the same camelCase form",
  ],
  [
    "a duplicate",
    { entities: [airport, airport] },
    "INVALID_DEFINITION",
    "entities[airport].name",
    "duplicate name",
  ],
  // Entities.
  [
    "nine join keys",
    entity(many(9, (i) => key(`k${i}`))),
    "LIMIT_EXCEEDED",
    "entities[e].join_keys",
    "at most 8",
  ],
  [
    "a DOUBLE key",
    entity([key("k", DOUBLE)]),
    "INVALID_DEFINITION",
    "entities[e].join_keys[k].type",
    "got DOUBLE, expected one of BOOL",
  ],
  [
    "a key twice",
    entity([key("k"), key("k")]),
    "INVALID_DEFINITION",
    "entities[e].join_keys[k]",
    "duplicate name",
  ],
  [
    "a long description",
    { entities: [{ ...airport, description: "x".repeat(4097) }] },
    "LIMIT_EXCEEDED",
    "entities[airport].description",
    "4097 characters",
  ],
  [
    "33 tags",
    { entities: [{ ...airport, tags: Object.fromEntries(many(33, (i) => [`t${i}`, ""])) }] },
    "LIMIT_EXCEEDED",
    "entities[airport].tags",
    "at most 32",
  ],
  // Views.
  [
    "an unknown entity",
    view({ entity: "airprt" }),
    "ENTITY_NOT_FOUND",
    `${viewPath}.entity`,
    "Did you mean airport?",
  ],
  ["no features", features(), "INVALID_DEFINITION", `${viewPath}.features`, "at least 1"],
  [
    "1,001 features",
    features(...many(1001, (i) => feature(`f${i}`))),
    "LIMIT_EXCEEDED",
    `${viewPath}.features`,
    "at most 1000",
  ],
  [
    "a feature without type",
    features(feature("f", UNSPECIFIED)),
    "INVALID_DEFINITION",
    `${viewPath}.features[f].type`,
    "got no type",
  ],
  [
    "an unknown type",
    features(feature("f", 99 as ValueType)),
    "INVALID_DEFINITION",
    `${viewPath}.features[f].type`,
    "type number 99",
  ],
  [
    "a vector without dimension",
    features(feature("f", FLOAT_VECTOR)),
    "INVALID_DEFINITION",
    `${viewPath}.features[f].dimension`,
    "1 … 65536",
  ],
  [
    "a dimension without vector",
    features(feature("f", DOUBLE, 3)),
    "INVALID_DEFINITION",
    `${viewPath}.features[f].dimension`,
    "expected 0 for DOUBLE",
  ],
  [
    "a key as feature",
    features(feature("airport")),
    "INVALID_DEFINITION",
    `${viewPath}.features[airport]`,
    "is a join key",
  ],
  ["a negative ttl", view({ ttlMs: -1n }), "INVALID_DEFINITION", `${viewPath}.ttl`, "got -1 ms"],
  // Sources.
  [
    "no format",
    sourced({ format: FileFormat.UNSPECIFIED }),
    "INVALID_DEFINITION",
    `${viewPath}.batch_source.format`,
    "PARQUET or CSV",
  ],
  [
    "a schedule without a source",
    { entities: [airport, numbered], featureViews: [{ ...byNumber, schedule: { everyMs: 1_000n } }] },
    "INVALID_DEFINITION",
    "feature_views[by_number].schedule",
    "no batch source",
  ],
  [
    "a schedule that never rests",
    view({ batchSource: source({}), schedule: { everyMs: 999n } }),
    "INVALID_DEFINITION",
    `${viewPath}.schedule.every`,
    "got 999 ms",
  ],
  ["no path", sourced({ path: "" }), "INVALID_DEFINITION", `${viewPath}.batch_source.path`, "got nothing"],
  [
    "a NUL in the path",
    sourced({ path: "a\0b" }),
    "INVALID_DEFINITION",
    `${viewPath}.batch_source.path`,
    "NUL",
  ],
  [
    "no event time",
    sourced({ eventTimeColumn: "" }),
    "INVALID_DEFINITION",
    `${viewPath}.batch_source.event_time_column`,
    "event time",
  ],
  [
    "created = event time",
    sourced({ createdTimeColumn: "at" }),
    "INVALID_DEFINITION",
    `${viewPath}.batch_source.created_time_column`,
    "is the event time column",
  ],
  [
    "created and delay",
    sourced({ createdTimeColumn: "c", availabilityDelayMs: 1n }),
    "INVALID_DEFINITION",
    `${viewPath}.batch_source.availability_delay`,
    "Keep one of the two",
  ],
  [
    "a negative delay",
    sourced({ availabilityDelayMs: -1n }),
    "INVALID_DEFINITION",
    `${viewPath}.batch_source.availability_delay`,
    "got -1 ms",
  ],
  [
    "a mapping of nothing",
    sourced({ fieldMapping: { mean_dela: "x" } }),
    "INVALID_DEFINITION",
    `${viewPath}.batch_source.field_mapping[mean_dela]`,
    "Did you mean mean_delay?",
  ],
  [
    "two names on one column",
    sourced({ fieldMapping: { mean_delay: "departures" } }),
    "INVALID_DEFINITION",
    `${viewPath}.batch_source.field_mapping[mean_delay]`,
    "departures and mean_delay both read column departures",
  ],
  // Services.
  ["no views", service(), "INVALID_DEFINITION", "feature_services[s].views", "at least 1"],
  [
    "101 views",
    service(...many(101, (i) => ({ view: "by_route", alias: `a${i}` }))),
    "LIMIT_EXCEEDED",
    "feature_services[s].views",
    "at most 100",
  ],
  [
    "an unknown view",
    service({ view: "airport_hour" }),
    "FEATURE_VIEW_NOT_FOUND",
    "feature_services[s].views[airport_hour]",
    "Did you mean airport_hourly?",
  ],
  [
    "an unknown version",
    service({ view: "by_route", version: 2 }),
    "FEATURE_VIEW_NOT_FOUND",
    "feature_services[s].views[by_route].version",
    "Its versions are 1.",
  ],
  [
    "an unknown feature",
    service({ view: "by_route", features: ["flight"] }),
    "FEATURE_NOT_FOUND",
    "feature_services[s].views[by_route].features[flight]",
    "Did you mean flights?",
  ],
  [
    "a feature twice",
    service({ view: "by_route", features: ["flights", "flights"] }),
    "INVALID_DEFINITION",
    "feature_services[s].views[by_route].features[flights]",
    "duplicate name",
  ],
  [
    "an alias twice",
    service({ view: "by_route", alias: "x" }, { view: "airport_hourly", alias: "x" }),
    "INVALID_DEFINITION",
    "feature_services[s].views[x].alias",
    "duplicate name",
  ],
  [
    "a reserved alias",
    service({ view: "by_route", alias: "computed" }),
    "INVALID_NAME",
    "feature_services[s].views[computed].alias",
    "reserved",
  ],
  [
    "an unknown key",
    service({ view: "by_route", joinKeyMapping: { orgin: "x" } }),
    "INVALID_DEFINITION",
    "feature_services[s].views[by_route].join_key_mapping[orgin]",
    "Did you mean origin?",
  ],
  [
    "two keys under one name",
    service({ view: "by_route", joinKeyMapping: { origin: "destination" } }),
    "INVALID_DEFINITION",
    "feature_services[s].views[by_route].join_key_mapping[destination]",
    "would both be destination",
  ],
  [
    "one key name with two types",
    service({ view: "airport_hourly" }, { view: "by_number" }),
    "INVALID_DEFINITION",
    "feature_services[s].views[by_number]",
    "STRING for airport_hourly and INT64 for by_number",
  ],
];

describe("definitions", () => {
  for (const [what, init, kind, field, text] of cases) {
    it(`with ${what} are refused, by place`, () => {
      const failure = failureOf(() => planDefinitions(undefined, "flights", define(init)));
      expect({ kind: failure.kind, field: failure.field }).toEqual({ kind, field });
      expect(failure.message).toContain(text);
      expect(failure.hint).not.toBe("");
    });
  }

  for (const project of ["Flights", "timewell", "class", ""]) {
    it(`are refused in a project called "${project}"`, () => {
      const failure = failureOf(() => planDefinitions(undefined, project, define({})));
      expect(failure).toMatchObject({ kind: "INVALID_NAME", field: "project" });
    });
  }

  it("are refused where a name has the camelCase form of an older one", () => {
    const current = applyAll("p", entity([], "a_1"));
    const failure = failureOf(() => planDefinitions(current, "p", define(entity([], "a1"))));
    expect(failure).toMatchObject({ kind: "INVALID_NAME", field: "entities[a1].name" });
  });

  it("are accepted at every limit", () => {
    const wide = features(...many(1000, (i) => feature(`f${i}`)));
    expect(applyAll("p", wide).featureViews[0]!.versions[0]!.fieldNumbers.f999).toBe(1000);
    const longest = applyAll(
      "p",
      entity(
        many(8, (i) => key(`k${i}`)),
        "x".repeat(63),
      ),
    );
    expect(longest.entities[0]!.joinKeys).toHaveLength(8);
    expect(applyAll("p", { featureViews: [], ...entity([], "global") }).entities[0]!.joinKeys).toEqual([]);
  });

  it("name both ends where a view that is not named cannot follow its entity", () => {
    const current = applyAll("p", sourced({ fieldMapping: { airport: "iata" } }));
    const step = define({ entities: [{ name: "airport", joinKeys: [key("code")] }] });
    const failure = failureOf(() => planDefinitions(current, "p", step));
    expect(failure.field).toBe(`${viewPath}.batch_source.field_mapping[airport]`);
  });
});
