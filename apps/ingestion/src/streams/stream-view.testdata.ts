import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
} from "@bufbuild/protobuf/wkt";
import {
  type Definitions,
  DefinitionsSchema,
  StreamFormat,
  StreamSourceSchema,
  ValueType,
} from "@timewell/contracts";
import {
  compileProject,
  type CompiledProject,
  type CompiledView,
  findView,
  planDefinitions,
} from "@timewell/model";

import type { StreamRecord } from "./stream-record.ts";

const { OPTIONAL, REPEATED } = FieldDescriptorProto_Label;
const { STRING, INT64, DOUBLE, BOOL, BYTES, INT32, MESSAGE, ENUM } = FieldDescriptorProto_Type;

type StreamInit = MessageInitShape<typeof StreamSourceSchema>;

/** A view `departures` of entity airport, with a topic of the same name whose values are JSON. */
export function streamDefinitions(stream: StreamInit = {}, parts: object = {}): Definitions {
  return create(DefinitionsSchema, {
    entities: [{ name: "airport", joinKeys: [{ name: "airport", type: ValueType.STRING }] }],
    featureViews: [
      {
        name: "departures",
        entity: "airport",
        features: [
          { name: "delay", type: ValueType.DOUBLE },
          { name: "seats", type: ValueType.INT64 },
        ],
        ...parts,
        streamSource: create(StreamSourceSchema, {
          topic: "departures",
          format: StreamFormat.JSON,
          eventTimeField: "at",
          ...stream,
        } as StreamInit),
      },
    ],
  });
}

/** The project of {@link streamDefinitions}, compiled, as if it were applied first. */
export function streamProject(definitions: Definitions): CompiledProject {
  const plan = planDefinitions(undefined, "flights", definitions);
  const viewIds = Array.from({ length: plan.newViewVersions }, (_, i) => i + 7);
  return compileProject(plan.build({ viewIds, appliedAtUs: 0n, appliedBy: "" }));
}

/** The view of {@link streamDefinitions}, compiled. */
export function streamView(stream: StreamInit = {}, parts: object = {}): CompiledView {
  return findView(streamProject(streamDefinitions(stream, parts)), "departures", 0);
}

/** A record with a JSON value. */
export function jsonRecord(value: unknown, parts: Partial<StreamRecord> = {}): StreamRecord {
  return {
    partition: 0,
    offset: 0n,
    timeUs: 5_000_000n,
    key: null,
    value: Buffer.from(JSON.stringify(value)),
    ...parts,
  };
}

const field = (name: string, number: number, type: FieldDescriptorProto_Type, parts: object = {}) => ({
  name,
  jsonName: name,
  number,
  type,
  label: OPTIONAL,
  ...parts,
});

/** Descriptors of a message `flights.Departure` with a field of each sort. */
export const departureDescriptors = toBinary(
  FileDescriptorSetSchema,
  create(FileDescriptorSetSchema, {
    file: [
      file_google_protobuf_timestamp.proto,
      file_google_protobuf_wrappers.proto,
      create(FileDescriptorProtoSchema, {
        name: "flights.proto",
        package: "flights",
        syntax: "proto3",
        dependency: ["google/protobuf/timestamp.proto", "google/protobuf/wrappers.proto"],
        enumType: [
          {
            name: "Sky",
            value: [
              { name: "CLEAR", number: 0 },
              { name: "FOG", number: 1 },
            ],
          },
        ],
        messageType: [
          { name: "Place", field: [field("code", 1, STRING)] },
          {
            name: "Departure",
            oneofDecl: [{ name: "cause" }, { name: "_gate" }],
            field: [
              field("from", 1, MESSAGE, { typeName: ".flights.Place" }),
              field("at", 2, MESSAGE, { typeName: ".google.protobuf.Timestamp" }),
              field("delay", 3, DOUBLE),
              field("seats", 4, MESSAGE, { typeName: ".google.protobuf.Int64Value" }),
              field("sky", 5, ENUM, { typeName: ".flights.Sky" }),
              field("stops", 6, STRING, { label: REPEATED }),
              field("weather", 7, STRING, { oneofIndex: 0 }),
              field("crew", 8, INT32, { oneofIndex: 0 }),
              field("gate", 9, INT32, { oneofIndex: 1, proto3Optional: true }),
              field("gone", 10, BOOL),
              field("tag", 11, BYTES),
              field("seen", 12, MESSAGE, { typeName: ".google.protobuf.Timestamp", label: REPEATED }),
              field("at_ms", 13, INT64),
            ],
          },
        ],
      }),
    ],
  }),
);
