import type { FeatureType, RowField, ScalarType } from "./feature-type.ts";

/** Protobuf wire types that rows use. */
export const wireTypes = { varint: 0, fixed64: 1, lengthDelimited: 2, fixed32: 5 } as const;

/** How a field is written. */
export interface FieldPlan {
  /** Index among the fields as the caller orders them. */
  readonly slot: number;
  readonly number: number;
  /** Type of the value or of each element. */
  readonly element: ScalarType;
  /** True for lists and vectors, which have a wrapper message. */
  readonly isList: boolean;
  /** Elements of a vector; 0 for others. */
  readonly dimension: number;
  /** Field number and wire type as Protobuf writes them. */
  readonly tag: number;
}

/** Tag of the only field of a wrapper message, packed or a list of STRING or BYTES: number 1, length-delimited. */
export const elementTag = (1 << 3) | wireTypes.lengthDelimited;

/** Plans of the fields, in ascending order of number. */
export function planFields(fields: readonly RowField[]): FieldPlan[] {
  return fields.map(planField).sort((a, b) => a.number - b.number);
}

function planField(field: RowField, slot: number): FieldPlan {
  const element = elementType(field.type);
  const isList = isListType(field.type);
  const { number, dimension } = field;
  return { slot, number, element, isList, dimension, tag: ((number << 3) | wireTypeOf(field.type)) >>> 0 };
}

/** True for lists and vectors. */
export function isListType(type: FeatureType): boolean {
  return type.endsWith("_LIST") || type === "FLOAT_VECTOR";
}

/** Type of the elements of a list or vector, or the scalar type itself. */
export function elementType(type: FeatureType): ScalarType {
  return type.replace(/_(LIST|VECTOR)$/, "") as ScalarType;
}

/** Wire type of a value; lists and vectors are messages. */
export function wireTypeOf(type: FeatureType): number {
  switch (type) {
    case "BOOL":
    case "INT32":
    case "INT64":
    case "TIMESTAMP":
      return wireTypes.varint;
    case "FLOAT":
      return wireTypes.fixed32;
    case "DOUBLE":
      return wireTypes.fixed64;
    default:
      return wireTypes.lengthDelimited;
  }
}
