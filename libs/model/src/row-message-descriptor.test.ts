import {
  create,
  createFileRegistry,
  fromBinary,
  toBinary,
  toJson,
  type DescMessage,
} from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { FieldDescriptorProto_Type } from "@bufbuild/protobuf/wkt";
import type { ValueType } from "@timewell/contracts";
import { file_timewell_types_v1_value } from "@timewell/contracts";
import { normalizeFeatureValue, type FeatureType, type FeatureValue } from "@timewell/row";
import fc from "fast-check";
import { timeMaxUs, timeMinUs } from "@timewell/ttl";
import { describe, expect, it } from "vitest";
import type { CompiledView } from "./compiled-project.ts";
import { airport, compiled } from "./definitions.testdata.ts";
import { featureToValue } from "./feature-to-value.ts";
import { findView } from "./find-view.ts";
import { rowMessageDescriptor, rowMessageName } from "./row-message-descriptor.ts";
import { featureTypeNames, valueTypeOf } from "./value-types.ts";
import { valueToFeature } from "./value-to-feature.ts";

const dimension = 3;
const features = featureTypeNames.map((type) => ({
  name: `the_${type.toLowerCase()}`,
  type: valueTypeOf(type),
  dimension: type === "FLOAT_VECTOR" ? dimension : 0,
}));
const view = viewOf(features);

function viewOf(list: { name: string; type: ValueType; dimension?: number }[]): CompiledView {
  const project = compiled({
    entities: [airport],
    featureViews: [{ name: "all_types", entity: "airport", features: list }],
  });
  return findView(project, "all_types");
}

function messageOf(compiledView: CompiledView): DescMessage {
  const registry = createFileRegistry(rowMessageDescriptor(compiledView), (name) =>
    name === file_timewell_types_v1_value.proto.name ? file_timewell_types_v1_value : undefined,
  );
  return registry.getMessage(`timewell.features.flights.${rowMessageName(compiledView)}`)!;
}

/** The slow twin of the codec: a dynamic message, written by the Protobuf library. */
function slowEncode(values: readonly FeatureValue[]): Uint8Array {
  const message = reflect(messageOf(view));
  values.forEach((value, i) => {
    if (value === null) return;
    const field = message.fields.find((candidate) => candidate.name === view.features[i]!.name)!;
    if (field.fieldKind === "message") {
      const list = create(field.message, { v: value } as never);
      message.set(field, reflect(field.message, list));
    } else message.set(field, value);
  });
  return toBinary(message.desc, message.message);
}

const scalars: Record<string, fc.Arbitrary<unknown>> = {
  BOOL: fc.boolean(),
  INT32: fc.integer(),
  INT64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  FLOAT: fc.float(),
  DOUBLE: fc.double(),
  STRING: fc.string({ unit: "binary" }),
  BYTES: fc.uint8Array(),
  TIMESTAMP: fc.bigInt({ min: timeMinUs, max: timeMaxUs }),
};

function valueOf(type: FeatureType): fc.Arbitrary<unknown> {
  if (type === "FLOAT_VECTOR")
    return fc.array(scalars.FLOAT!, { minLength: dimension, maxLength: dimension });
  const element = scalars[type.replace("_LIST", "")]!;
  return type.endsWith("_LIST") ? fc.array(element, { maxLength: 4 }) : element;
}

const rows = fc
  .tuple(...view.features.map((feature) => fc.option(valueOf(feature.type))))
  .map((values) => values.map((value, i) => normalizeFeatureValue(view.features[i]!, value, "x")));

describe("rowMessageDescriptor()", () => {
  it("declares explicit presence for scalars and imports the lists", () => {
    const file = rowMessageDescriptor(view);
    expect(file).toMatchObject({
      name: "timewell/features/flights/all_types_v1.proto",
      package: "timewell.features.flights",
      syntax: "proto3",
      dependency: ["timewell/types/v1/value.proto"],
    });
    const [message] = file.messageType;
    expect(message!.name).toBe("AllTypesV1");
    expect(message!.oneofDecl).toHaveLength(8);
    expect(message!.field.map((field) => field.jsonName)).toEqual(features.map((feature) => feature.name));
    expect(message!.field.at(-1)).toMatchObject({
      type: FieldDescriptorProto_Type.MESSAGE,
      typeName: ".timewell.types.v1.FloatList",
    });
    for (const field of messageOf(view).fields) expect(field.presence).toBe(1);
  });

  it("imports nothing where all features are scalars", () => {
    expect(rowMessageDescriptor(viewOf(features.slice(0, 8))).dependency).toEqual([]);
  });

  it("gives fields in order of number, whatever the order of features", () => {
    const reversed = { ...view, features: view.features.toReversed() };
    expect(rowMessageDescriptor(reversed).messageType[0]!.field.map((field) => field.number)).toEqual(
      features.map((_, i) => i + 1),
    );
  });

  it("describes exactly the bytes that the codec writes and reads", () => {
    fc.assert(
      fc.property(rows, (values) => {
        const bytes = view.codec.encode(values);
        expect(Buffer.from(bytes).equals(slowEncode(values))).toBe(true);
        expect(view.codec.decode(bytes)).toEqual(values);
      }),
      { numRuns: Number(process.env.TIMEWELL_RUNS ?? 50) },
    );
  });

  it("names JSON fields after the features", () => {
    const bytes = view.codec.encode(view.features.map((feature) => (feature.type === "BOOL" ? false : null)));
    expect(toJson(messageOf(view), fromBinary(messageOf(view), bytes))).toEqual({ the_bool: false });
  });
});

describe("featureToValue() and valueToFeature()", () => {
  it("are inverse for every type", () => {
    fc.assert(
      fc.property(rows, (values) => {
        const back = values.map((value, i) => {
          const feature = view.features[i]!;
          return valueToFeature(featureToValue(feature.type, value), feature, feature.name);
        });
        expect(back).toEqual(values);
      }),
      { numRuns: Number(process.env.TIMEWELL_RUNS ?? 50) },
    );
  });
});
