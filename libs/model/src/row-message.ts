import { create } from "@bufbuild/protobuf";
import {
  DescriptorProtoSchema,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  OneofDescriptorProtoSchema,
  type DescriptorProto,
  type FieldDescriptorProto,
} from "@bufbuild/protobuf/wkt";
import type { FeatureType, ScalarType } from "@timewell/row";
import { isScalarType, protobufTypes } from "./protobuf-types.ts";

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

/** A field of a message, by what it holds. */
export interface MessageField {
  readonly name: string;
  readonly number: number;
  readonly type: FeatureType;
}

/**
 * A message of values that may be NULL, such as a row: its fields in order of number, scalars as proto3 `optional`, lists and vectors as messages of
 * `timewell/types/v1/value.proto`. A field's `json_name` is the feature's own name.
 */
export function rowMessage(name: string, unordered: readonly MessageField[]): DescriptorProto {
  const features = unordered.toSorted((a, b) => a.number - b.number);
  let oneofs = 0;
  const field = features.map((feature) =>
    fieldDescriptor(feature, isScalarType(feature.type) ? oneofs++ : -1),
  );
  return create(DescriptorProtoSchema, {
    name,
    field,
    oneofDecl: features
      .filter((feature) => isScalarType(feature.type))
      .map((feature) => create(OneofDescriptorProtoSchema, { name: `_${feature.name}` })),
  });
}

function fieldDescriptor(feature: MessageField, oneofIndex: number): FieldDescriptorProto {
  const { name, number, type } = feature;
  const common = { name, number, jsonName: name, label: FieldDescriptorProto_Label.OPTIONAL };
  if (isScalarType(type)) {
    const presence = { proto3Optional: true, oneofIndex };
    return create(FieldDescriptorProtoSchema, { ...common, ...presence, type: protobufTypes[type] });
  }
  return create(FieldDescriptorProtoSchema, {
    ...common,
    type: FieldDescriptorProto_Type.MESSAGE,
    typeName: `.timewell.types.v1.${listMessages[type]}`,
  });
}
