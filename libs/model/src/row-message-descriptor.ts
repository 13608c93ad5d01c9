import { create } from "@bufbuild/protobuf";
import {
  DescriptorProtoSchema,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
  OneofDescriptorProtoSchema,
  type FieldDescriptorProto,
  type FileDescriptorProto,
} from "@bufbuild/protobuf/wkt";
import { file_timewell_types_v1_value } from "@timewell/contracts";
import type { FeatureType, ScalarType } from "@timewell/row";
import type { CompiledFeature, CompiledView } from "./compiled-project.ts";
import { pascalCase } from "./pascal-case.ts";

const scalarTypes: Readonly<Record<ScalarType, FieldDescriptorProto_Type>> = {
  BOOL: FieldDescriptorProto_Type.BOOL,
  INT32: FieldDescriptorProto_Type.INT32,
  INT64: FieldDescriptorProto_Type.INT64,
  FLOAT: FieldDescriptorProto_Type.FLOAT,
  DOUBLE: FieldDescriptorProto_Type.DOUBLE,
  STRING: FieldDescriptorProto_Type.STRING,
  BYTES: FieldDescriptorProto_Type.BYTES,
  TIMESTAMP: FieldDescriptorProto_Type.INT64,
};

const listMessages: Readonly<Record<Exclude<FeatureType, ScalarType>, string>> = {
  BOOL_LIST: "BoolList",
  INT32_LIST: "Int32List",
  INT64_LIST: "Int64List",
  FLOAT_LIST: "FloatList",
  DOUBLE_LIST: "DoubleList",
  STRING_LIST: "StringList",
  BYTES_LIST: "BytesList",
  TIMESTAMP_LIST: "TimestampList",
  FLOAT_VECTOR: "FloatList",
};

/** Name of the row message of a view version, for example `AirportHourlyV1`. */
export function rowMessageName(view: Pick<CompiledView, "name" | "version">): string {
  return `${pascalCase(view.name)}V${view.version}`;
}

/**
 * The file that declares the row message of a view version, in package `timewell.features.<project>`; stored payloads are
 * its canonical bytes. Scalars are proto3 `optional`; lists and vectors are messages of `timewell/types/v1/value.proto`,
 * which the file imports where it needs them. A field's `json_name` is the feature's own name.
 */
export function rowMessageDescriptor(view: CompiledView): FileDescriptorProto {
  const features = view.features.toSorted((a, b) => a.number - b.number);
  let oneofs = 0;
  const field = features.map((feature) => fieldDescriptor(feature, isScalar(feature.type) ? oneofs++ : -1));
  const scalars = features.filter((feature) => isScalar(feature.type));
  return create(FileDescriptorProtoSchema, {
    name: `timewell/features/${view.project}/${view.name}_v${view.version}.proto`,
    package: `timewell.features.${view.project}`,
    syntax: "proto3",
    dependency: scalars.length < features.length ? [file_timewell_types_v1_value.proto.name] : [],
    messageType: [
      create(DescriptorProtoSchema, {
        name: rowMessageName(view),
        field,
        oneofDecl: scalars.map(({ name }) => create(OneofDescriptorProtoSchema, { name: `_${name}` })),
      }),
    ],
  });
}

function fieldDescriptor(feature: CompiledFeature, oneofIndex: number): FieldDescriptorProto {
  const { name, number, type } = feature;
  const common = { name, number, jsonName: name, label: FieldDescriptorProto_Label.OPTIONAL };
  if (isScalar(type)) {
    const presence = { proto3Optional: true, oneofIndex };
    return create(FieldDescriptorProtoSchema, { ...common, ...presence, type: scalarTypes[type] });
  }
  return create(FieldDescriptorProtoSchema, {
    ...common,
    type: FieldDescriptorProto_Type.MESSAGE,
    typeName: `.timewell.types.v1.${listMessages[type]}`,
  });
}

function isScalar(type: FeatureType): type is ScalarType {
  return type in scalarTypes;
}
