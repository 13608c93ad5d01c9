import { create, createFileRegistry, fromBinary, toBinary } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import {
  DescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
  type DescriptorProto,
  type FieldDescriptorProto,
} from "@bufbuild/protobuf/wkt";
import { scalarTypes, type FeatureValue, type RowField, type ScalarType, type ScalarValue } from "./index.ts";

const protobufTypes: Record<ScalarType, Type> = {
  BOOL: Type.BOOL,
  INT32: Type.INT32,
  INT64: Type.INT64,
  FLOAT: Type.FLOAT,
  DOUBLE: Type.DOUBLE,
  STRING: Type.STRING,
  BYTES: Type.BYTES,
  TIMESTAMP: Type.INT64,
};

/** The row codec's slow twin: a dynamic protobuf-es message of the same schema. */
export function protobufTwin(fields: readonly RowField[]) {
  const registry = createFileRegistry(describeFile(fields), () => undefined);
  const row = registry.getMessage("twin.Row")!;
  const descOf = (field: RowField) => row.fields.find(({ number }) => number === field.number)!;

  return {
    encode(values: readonly FeatureValue[]): Uint8Array {
      const message = reflect(row);
      fields.forEach((field, i) => {
        const value = values[i]!;
        if (value === null) return;
        if (!Array.isArray(value)) return message.set(descOf(field), value as ScalarValue);
        const wrapper = reflect(registry.getMessage(`twin.${elementOf(field)}List`)!);
        const list = wrapper.get(wrapper.fields[0]!) as { add(element: unknown): void };
        for (const element of value) list.add(element);
        message.set(descOf(field), wrapper);
      });
      return toBinary(row, message.message);
    },

    decode(payload: Uint8Array): FeatureValue[] {
      const message = reflect(row, fromBinary(row, payload));
      return fields.map((field) => {
        const desc = descOf(field);
        if (!message.isSet(desc)) return null;
        if (desc.fieldKind !== "message") return message.get(desc) as FeatureValue;
        const wrapper = message.get(desc);
        return [...(wrapper.get(wrapper.fields[0]!) as Iterable<ScalarValue>)];
      });
    },
  };
}

function describeFile(fields: readonly RowField[]) {
  const wrappers = scalarTypes.map((type) =>
    create(DescriptorProtoSchema, {
      name: `${type}List`,
      field: [{ name: "v", jsonName: "v", number: 1, type: protobufTypes[type], label: Label.REPEATED }],
    }),
  );
  return create(FileDescriptorProtoSchema, {
    name: "twin.proto",
    package: "twin",
    syntax: "proto3",
    messageType: [...wrappers, describeRow(fields)],
  });
}

function describeRow(fields: readonly RowField[]): DescriptorProto {
  const row = create(DescriptorProtoSchema, { name: "Row" });
  for (const field of fields) {
    const name = `f${field.number}`;
    const oneofIndex = row.oneofDecl.length;
    row.field.push(describeField(field, name, oneofIndex));
    if (!isList(field))
      row.oneofDecl.push({ $typeName: "google.protobuf.OneofDescriptorProto", name: `_${name}` });
  }
  return row;
}

function describeField(field: RowField, name: string, oneofIndex: number): FieldDescriptorProto {
  const base = { name, jsonName: name, number: field.number, label: Label.OPTIONAL };
  if (isList(field)) {
    const typeName = `.twin.${elementOf(field)}List`;
    return create(FieldDescriptorProtoSchema, { ...base, type: Type.MESSAGE, typeName });
  }
  const type = protobufTypes[elementOf(field)];
  return create(FieldDescriptorProtoSchema, { ...base, type, proto3Optional: true, oneofIndex });
}

function isList(field: RowField): boolean {
  return /_(LIST|VECTOR)$/.test(field.type);
}

function elementOf(field: RowField): ScalarType {
  return field.type.replace(/_(LIST|VECTOR)$/, "") as ScalarType;
}
