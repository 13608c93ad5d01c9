import { DuckDBTypeId, type DuckDBType } from "@duckdb/node-api";
import { elementType, type FeatureType, type ScalarType } from "@timewell/row";
import { featureTypeOf } from "./feature-type-of.ts";

/**
 * True iff every value of a column of this file type is a value of the wanted type: integers and floats may widen, times of any
 * unit become µs (finer ones are cut), fixed and variable lists are alike.
 */
export function widens(type: DuckDBType, wanted: FeatureType): boolean {
  const isList = type.typeId === DuckDBTypeId.LIST || type.typeId === DuckDBTypeId.ARRAY;
  if (wanted.endsWith("_LIST") || wanted === "FLOAT_VECTOR") {
    return isList && scalarWidens(type.valueType, elementType(wanted));
  }
  return !isList && scalarWidens(type, wanted as ScalarType);
}

function scalarWidens(type: DuckDBType, wanted: ScalarType): boolean {
  const found = featureTypeOf(type);
  if (found === wanted) return true;
  switch (wanted) {
    case "INT64":
      return found === "INT32";
    case "FLOAT":
      return smallIntegers.has(type.typeId);
    case "DOUBLE":
      return found === "FLOAT" || found === "INT32" || type.typeId === DuckDBTypeId.UINTEGER;
    default:
      return false;
  }
}

/** Integers of at most 16 bits, which a FLOAT holds exactly. */
const smallIntegers = new Set<DuckDBTypeId>([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.USMALLINT,
]);
