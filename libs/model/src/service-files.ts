import { clone, create } from "@bufbuild/protobuf";
import {
  DescriptorProtoSchema,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
  MethodDescriptorProtoSchema,
  OneofDescriptorProtoSchema,
  ServiceDescriptorProtoSchema,
  type DescriptorProto,
  type FieldDescriptorProto,
  type FileDescriptorProto,
} from "@bufbuild/protobuf/wkt";
import {
  file_timewell_types_v1_log_position,
  file_timewell_types_v1_status,
  file_timewell_types_v1_value,
  ReadOptionsSchema,
} from "@timewell/contracts";
import type { CompiledFeature, CompiledService, CompiledView } from "./compiled-project.ts";
import { pascalCase } from "./pascal-case.ts";
import { isScalarType } from "./protobuf-types.ts";
import { rowMessageName } from "./row-message-descriptor.ts";
import { rowMessage, type MessageField } from "./row-message.ts";

const { SFIXED64, UINT32, MESSAGE, ENUM } = FieldDescriptorProto_Type;
const { REPEATED } = FieldDescriptorProto_Label;

/**
 * The two files of a typed service, messages first:
 *
 * - `timewell/features/<project>/<service>/messages.proto`, package `timewell.features.<project>.<service>`: requests,
 *   responses and the row messages of its views. Each service has its own, because each declares the features that it had
 *   when it was applied, and two services of a project must fit in one program;
 * - `timewell/features/<project>/<service>.proto`, package `timewell.features.<project>`: the service `<Service>` with its
 *   method `Get`.
 *
 * Every `json_name` is the field's own name. `docs/architecture.md` draws the messages.
 */
export function serviceFiles(
  project: string,
  service: CompiledService,
): readonly [FileDescriptorProto, FileDescriptorProto] {
  const folder = `timewell/features/${project}`;
  const scope = `timewell.features.${project}`;
  const messages = messagesFile(
    `${folder}/${service.name}/messages.proto`,
    `${scope}.${service.name}`,
    service,
  );
  const method = create(MethodDescriptorProtoSchema, {
    name: "Get",
    inputType: `.${messages.package}.GetRequest`,
    outputType: `.${messages.package}.GetResponse`,
  });
  const file = create(FileDescriptorProtoSchema, {
    name: `${folder}/${service.name}.proto`,
    package: scope,
    syntax: "proto3",
    dependency: [messages.name],
    service: [create(ServiceDescriptorProtoSchema, { name: pascalCase(service.name), method: [method] })],
  });
  return [messages, file];
}

function messagesFile(name: string, scope: string, service: CompiledService): FileDescriptorProto {
  const rows = rowMessages(service);
  const requestFields = requestFieldsOf(service);
  const computed = computedFieldsOf(service);
  const fields = [...rows.flatMap(([, features]) => features), ...requestFields, ...computed];
  const hasLists = fields.some((each) => !isScalarType(each.type));
  const status = `.${file_timewell_types_v1_status.proto.package}.Status`;
  return create(FileDescriptorProtoSchema, {
    name,
    package: scope,
    syntax: "proto3",
    dependency: [
      file_timewell_types_v1_log_position.proto.name,
      file_timewell_types_v1_status.proto.name,
      ...(hasLists ? [file_timewell_types_v1_value.proto.name] : []),
    ],
    messageType: [
      message("GetRequest", [
        field("rows", 1, { typeName: `.${scope}.EntityRow`, label: REPEATED }),
        field("options", 2, { typeName: `.${scope}.ReadOptions` }),
      ]),
      rowMessage("EntityRow", requestFields),
      readOptions(),
      message("GetResponse", [
        field("rows", 1, { typeName: `.${scope}.Row`, label: REPEATED }),
        field("served_at_us", 2, { type: SFIXED64 }),
        field("service_revision", 3, { type: UINT32 }),
      ]),
      message("Row", [
        field("states", 1, { typeName: `.${scope}.States` }),
        field("event_times_us", 2, { typeName: `.${scope}.EventTimes` }),
        field("available_times_us", 3, { typeName: `.${scope}.AvailableTimes` }),
        ...(computed.length > 0 ? [field("computed", 4, { typeName: `.${scope}.Computed` })] : []),
        ...perUse(service, (view) => ({ typeName: `.${scope}.${rowMessageName(view)}` })),
      ]),
      message(
        "States",
        perUse(service, () => ({ type: ENUM, typeName: status })),
      ),
      ...["EventTimes", "AvailableTimes"].map((times) =>
        optionalFields(
          times,
          perUse(service, () => ({ type: SFIXED64 })),
        ),
      ),
      ...(computed.length > 0 ? [rowMessage("Computed", computed)] : []),
      ...rows.map(([view, features]) => rowMessage(rowMessageName(view), features)),
    ],
  });
}

/** Keys and request data of the typed request. */
function requestFieldsOf({ selection, keyNumbers }: CompiledService): MessageField[] {
  return [...selection.keys, ...selection.requestData].map(({ name, type }) => ({
    name,
    type,
    number: keyNumbers.get(name)!,
  }));
}

/** On-demand features of the typed response. */
function computedFieldsOf({ selection, computedNumbers }: CompiledService): MessageField[] {
  return (selection.onDemand?.columns ?? []).map(({ name, type }) => ({
    name,
    type,
    number: computedNumbers.get(name)!,
  }));
}

/** The view versions of a service, in order of first use, each with the features that any use of it reads. */
function rowMessages(service: CompiledService): (readonly [CompiledView, CompiledFeature[]])[] {
  const features = new Map<CompiledView, Set<CompiledFeature>>();
  for (const use of service.selection.views) {
    const known = features.get(use.view) ?? new Set();
    for (const feature of use.features) known.add(feature);
    features.set(use.view, known);
  }
  return [...features].map(([view, known]) => [view, [...known]]);
}

/** The same options as those of reads by name. */
function readOptions(): DescriptorProto {
  const options = clone(DescriptorProtoSchema, ReadOptionsSchema.proto);
  for (const option of options.field) option.jsonName = option.name;
  return options;
}

type FieldInit = Partial<Pick<FieldDescriptorProto, "type" | "typeName" | "label">>;
type NumberedField = Pick<FieldDescriptorProto, "name" | "number" | "type">;

/** One field for each view or alias, under its number. */
function perUse(service: CompiledService, init: (view: CompiledView) => FieldInit): FieldDescriptorProto[] {
  return service.selection.views
    .map((use) => field(use.name, service.fieldNumbers.get(use.name)!, init(use.view)))
    .sort((a, b) => a.number - b.number);
}

function field(name: string, number: number, init: FieldInit): FieldDescriptorProto {
  return create(FieldDescriptorProtoSchema, {
    name,
    jsonName: name,
    number,
    label: FieldDescriptorProto_Label.OPTIONAL,
    type: MESSAGE,
    ...init,
  });
}

function message(name: string, fields: FieldDescriptorProto[]): DescriptorProto {
  return create(DescriptorProtoSchema, { name, field: fields });
}

/** A message of scalars that all have explicit presence. */
function optionalFields(name: string, fields: readonly NumberedField[]): DescriptorProto {
  const ordered = fields.toSorted((a, b) => a.number - b.number);
  return create(DescriptorProtoSchema, {
    name,
    field: ordered.map((each, oneofIndex) =>
      create(FieldDescriptorProtoSchema, {
        ...field(each.name, each.number, { type: each.type }),
        proto3Optional: true,
        oneofIndex,
      }),
    ),
    oneofDecl: ordered.map((each) => create(OneofDescriptorProtoSchema, { name: `_${each.name}` })),
  });
}
