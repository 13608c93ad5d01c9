import { FieldDescriptorProto_Type } from "@bufbuild/protobuf/wkt";
import type { FeatureType, ScalarType } from "@timewell/row";

/** The Protobuf type of each scalar, in rows and in requests. */
export const protobufTypes: Readonly<Record<ScalarType, FieldDescriptorProto_Type>> = {
  BOOL: FieldDescriptorProto_Type.BOOL,
  INT32: FieldDescriptorProto_Type.INT32,
  INT64: FieldDescriptorProto_Type.INT64,
  FLOAT: FieldDescriptorProto_Type.FLOAT,
  DOUBLE: FieldDescriptorProto_Type.DOUBLE,
  STRING: FieldDescriptorProto_Type.STRING,
  BYTES: FieldDescriptorProto_Type.BYTES,
  TIMESTAMP: FieldDescriptorProto_Type.INT64,
};

/** True where values of the type are fields of their own; lists and vectors have a message around them. */
export function isScalarType(type: FeatureType): type is ScalarType {
  return type in protobufTypes;
}
