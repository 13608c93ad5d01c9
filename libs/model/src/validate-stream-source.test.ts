import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { StreamFormat, type StreamSourceSchema, TimeUnit } from "@timewell/contracts";
import { describe, expect, test } from "vitest";
import { airport, airportHourly, applyAll, define, failureOf } from "./definitions.testdata.ts";
import { planDefinitions } from "./plan-definitions.ts";

type Parts = MessageInitShape<typeof StreamSourceSchema>;

const field = (name: string, number: number, type: FieldDescriptorProto_Type, typeName = "") => ({
  name,
  jsonName: name,
  number,
  type,
  typeName,
  label: FieldDescriptorProto_Label.OPTIONAL,
});
const { STRING, INT64, MESSAGE } = FieldDescriptorProto_Type;

const descriptorSet = toBinary(
  FileDescriptorSetSchema,
  create(FileDescriptorSetSchema, {
    file: [
      {
        name: "flights.proto",
        package: "flights",
        syntax: "proto3",
        messageType: [
          {
            name: "Departure",
            field: [
              field("airport", 1, STRING),
              field("at", 2, INT64),
              field("to", 3, MESSAGE, ".flights.Place"),
            ],
          },
          { name: "Place", field: [field("code", 1, STRING)] },
        ],
      },
    ],
  }),
);

const json = { topic: "departures", format: StreamFormat.JSON };
const protobuf = {
  topic: "departures",
  format: StreamFormat.PROTOBUF,
  messageName: "flights.Departure",
  descriptorSet,
};
const init = (streamSource: Parts) => ({
  entities: [airport],
  featureViews: [{ ...airportHourly(), streamSource }],
});
const path = "feature_views[airport_hourly].stream_source";

describe("a stream source", () => {
  test.each<[string, Parts, string, string]>([
    ["without a topic", { ...json, topic: "" }, "topic", 'got ""'],
    ["with a topic that Kafka refuses", { ...json, topic: "a b" }, "topic", "letters, digits"],
    ["with a topic of 250 characters", { ...json, topic: "x".repeat(250) }, "topic", "1 to 249"],
    ["without a format", { topic: "t" }, "format", "JSON or PROTOBUF"],
    [
      "with a unit of no event time",
      { ...json, eventTimeUnit: TimeUnit.SECONDS },
      "event_time_unit",
      "record itself",
    ],
    [
      "with a unit that there is not",
      { ...json, eventTimeUnit: 9 as TimeUnit },
      "event_time_unit",
      "number 9",
    ],
    [
      "with a path that ends with a dot",
      { ...json, eventTimeField: "at." },
      "event_time_field",
      "joined by dots",
    ],
    ["that is late before it is", { ...json, allowedLatenessMs: -1n }, "allowed_lateness", "got -1 ms"],
    [
      "with a field of no name",
      { ...json, fieldMapping: { delay: "d" } },
      "field_mapping[delay]",
      "neither a field",
    ],
    [
      "with an empty path",
      { ...json, fieldMapping: { airport: "" } },
      "field_mapping[airport]",
      "joined by dots",
    ],
    ["of JSON with a message", { ...json, messageName: "a.B" }, "message_name", "need no message"],
    [
      "of Protobuf without descriptors",
      { ...protobuf, descriptorSet: Uint8Array.of(9) },
      "descriptor_set",
      "1 bytes",
    ],
    [
      "of Protobuf with much of them",
      { ...protobuf, descriptorSet: new Uint8Array(262_145) },
      "descriptor_set",
      "262145",
    ],
    [
      "of another message",
      { ...protobuf, messageName: "flights.Arrival" },
      "message_name",
      "flights.Arrival",
    ],
    [
      "whose message lacks a mapped field",
      { ...protobuf, fieldMapping: { departures: "to.name" } },
      "field_mapping[departures]",
      "no field to.name",
    ],
    [
      "whose message lacks a key",
      { ...protobuf, messageName: "flights.Place" },
      "field_mapping[airport]",
      "no field airport",
    ],
    [
      "whose message lacks the event time",
      { ...protobuf, eventTimeField: "time" },
      "event_time_field",
      "no field time",
    ],
    [
      "whose message does not say what is deleted",
      { ...protobuf, deleteField: "gone" },
      "delete_field",
      "no field gone",
    ],
  ])("%s is refused by place", (_, parts, place, text) => {
    const failure = failureOf(() => planDefinitions(undefined, "p", define(init(parts))));
    expect(failure.field).toBe(`${path}.${place}`);
    expect(failure.message).toContain(text);
    expect(failure.hint).not.toBe("");
  });

  test("is a change of the same version, shown line by line", () => {
    const before = applyAll("p", { entities: [airport], featureViews: [airportHourly()] });
    const after = init({ ...protobuf, fieldMapping: { airport: "to.code" }, allowedLatenessMs: 60_000n });
    const plan = planDefinitions(before, "p", define(after));
    expect(plan.changes[0]!.details.map(({ path: line, after: now }) => `${line}: ${now}`)).toEqual([
      "stream.topic: departures",
      "stream.format: PROTOBUF",
      "stream.event_time: time of the record",
      "stream.columns.airport: to.code",
      "stream.allowed_lateness: 1m",
      "stream.message: flights.Departure",
      expect.stringMatching(/^stream\.descriptor_set: \d+ bytes, sha256 [0-9a-f]{16}$/),
    ]);
    expect(
      applyAll("p", { entities: [airport], featureViews: [airportHourly()] }, after).featureViews[0]!
        .versions,
    ).toHaveLength(1);
  });
});
