import { ValueType } from "@timewell/contracts";
import { featureTypeNames, valueTypeOf } from "./value-types.ts";

const names = new Map<ValueType, string>(featureTypeNames.map((name) => [valueTypeOf(name), name]));

/** A type for people: `DOUBLE`, `FLOAT_VECTOR(128)`; `no type` where none is set. */
export function showType(type: ValueType, dimension = 0): string {
  if (type === ValueType.UNSPECIFIED) return "no type";
  const name = names.get(type) ?? `type number ${type}`;
  return dimension === 0 ? name : `${name}(${dimension})`;
}
