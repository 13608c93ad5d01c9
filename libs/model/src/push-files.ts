import { clone, create } from "@bufbuild/protobuf";
import {
  DescriptorProtoSchema,
  type DescriptorProto,
  EnumDescriptorProtoSchema,
  type EnumDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  type FieldDescriptorProto,
  FileDescriptorProtoSchema,
  type FileDescriptorProto,
  MethodDescriptorProtoSchema,
  OneofDescriptorProtoSchema,
  ServiceDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import {
  file_timewell_types_v1_log_position,
  file_timewell_types_v1_value,
  PushResponseSchema,
  PushResultSchema,
  PushRow_OperationSchema,
  PushStreamResponseSchema,
  RowErrorSchema,
  WaitSchema,
} from "@timewell/contracts";
import type { CompiledView } from "./compiled-project.ts";
import { isScalarType } from "./protobuf-types.ts";
import { rowMessageName } from "./row-message-descriptor.ts";
import { rowMessage } from "./row-message.ts";

const { SFIXED64, UINT64, STRING, MESSAGE, ENUM } = FieldDescriptorProto_Type;
const { REPEATED, OPTIONAL } = FieldDescriptorProto_Label;

/**
 * The two files of the typed pushes of a view version, messages first:
 *
 * - `timewell/ingest/<project>/<view>_v<n>/messages.proto`, package `timewell.ingest.<project>.<view>_v<n>`: rows of typed keys and
 *   the row message of the view (of a windowed view: its event fields), and requests of them. Answers have the numbers of those of
 *   `timewell.ingestion.v1`, so that the same bytes are both;
 * - `timewell/ingest/<project>/<view>_v<n>.proto`, package `timewell.ingest.<project>`: the service `<View>V<n>` with `Push` and
 *   `PushStream`.
 *
 * Keys are numbered from 1 in the order of the entity, which never changes within a version.
 */
export function pushFiles(view: CompiledView): readonly [FileDescriptorProto, FileDescriptorProto] {
  const folder = `timewell/ingest/${view.project}`;
  const scope = `timewell.ingest.${view.project}`;
  const name = `${view.name}_v${view.version}`;
  const messages = messagesFile(`${folder}/${name}/messages.proto`, `${scope}.${name}`, view);
  const type = (message: string) => `.${messages.package}.${message}`;
  const method = (rpc: string, streams: boolean) =>
    create(MethodDescriptorProtoSchema, {
      name: rpc,
      inputType: type(`${rpc}Request`),
      outputType: type(`${rpc}Response`),
      ...(streams && { clientStreaming: true, serverStreaming: true }),
    });
  const file = create(FileDescriptorProtoSchema, {
    name: `${folder}/${name}.proto`,
    package: scope,
    syntax: "proto3",
    dependency: [messages.name],
    service: [
      create(ServiceDescriptorProtoSchema, {
        name: rowMessageName(view),
        method: [method("Push", false), method("PushStream", true)],
      }),
    ],
  });
  return [messages, file];
}

function messagesFile(name: string, scope: string, view: CompiledView): FileDescriptorProto {
  const { features } = view.input;
  const keys = view.keys.map((key, i) => ({ ...key, number: i + 1 }));
  const hasLists = features.some((feature) => !isScalarType(feature.type));
  const type = (message: string) => `.${scope}.${message}`;
  return create(FileDescriptorProtoSchema, {
    name,
    package: scope,
    syntax: "proto3",
    dependency: [
      file_timewell_types_v1_log_position.proto.name,
      ...(hasLists ? [file_timewell_types_v1_value.proto.name] : []),
    ],
    messageType: [
      message("PushRequest", [
        field("rows", 1, { typeName: type("Row"), label: REPEATED }),
        field("wait", 2, { type: ENUM, typeName: type("Wait") }),
        field("request_id", 3, { type: STRING }),
      ]),
      message("PushStreamRequest", [
        field("sequence", 1, { type: UINT64 }),
        field("push", 2, { typeName: type("PushRequest") }),
      ]),
      rowOf(type, view),
      rowMessage("Keys", keys),
      rowMessage(rowMessageName(view), features),
      ...[PushResponseSchema, PushResultSchema, RowErrorSchema, PushStreamResponseSchema].map(({ proto }) =>
        moved(proto, scope),
      ),
    ],
    enumType: [named(WaitSchema.proto), named(PushRow_OperationSchema.proto)],
  });
}

function rowOf(type: (message: string) => string, view: CompiledView): DescriptorProto {
  const eventTime = { type: SFIXED64, proto3Optional: true, oneofIndex: 0 };
  const row = message("Row", [
    field("keys", 1, { typeName: type("Keys") }),
    field("features", 2, { typeName: type(rowMessageName(view)) }),
    field("event_time_us", 3, eventTime),
    field("operation", 4, { type: ENUM, typeName: type("Operation") }),
  ]);
  row.oneofDecl.push(create(OneofDescriptorProtoSchema, { name: "_event_time_us" }));
  return row;
}

/** A message of the contracts, under the same numbers in another package. */
function moved(proto: DescriptorProto, scope: string): DescriptorProto {
  const copy = clone(DescriptorProtoSchema, proto);
  for (const each of copy.field) {
    each.jsonName = each.name;
    // An empty name that is set is a name for protoc.
    if (each.typeName !== "")
      each.typeName = each.typeName.replace(/^\.timewell\.ingestion\.v1\./, `.${scope}.`);
  }
  return copy;
}

function named(proto: EnumDescriptorProto): EnumDescriptorProto {
  return clone(EnumDescriptorProtoSchema, proto);
}

function message(name: string, fields: FieldDescriptorProto[]): DescriptorProto {
  return create(DescriptorProtoSchema, { name, field: fields });
}

type FieldInit = Partial<
  Pick<FieldDescriptorProto, "type" | "typeName" | "label" | "proto3Optional" | "oneofIndex">
>;

function field(name: string, number: number, init: FieldInit): FieldDescriptorProto {
  return create(FieldDescriptorProtoSchema, {
    name,
    jsonName: name,
    number,
    label: OPTIONAL,
    type: MESSAGE,
    ...init,
  });
}
