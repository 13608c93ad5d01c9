import { DuckDBTypeId, type DuckDBType } from "@duckdb/node-api";
import type { FeatureType, ScalarType } from "@timewell/row";

/** The type that a feature of a column of this file type has; undefined where none fits without loss. */
export function featureTypeOf(type: DuckDBType): FeatureType | undefined {
  if (type.typeId === DuckDBTypeId.LIST) return listOf(type.valueType);
  if (type.typeId === DuckDBTypeId.ARRAY) {
    return type.valueType.typeId === DuckDBTypeId.FLOAT ? "FLOAT_VECTOR" : listOf(type.valueType);
  }
  return scalars.get(type.typeId);
}

function listOf(type: DuckDBType): FeatureType | undefined {
  const element = scalars.get(type.typeId);
  return element === undefined ? undefined : `${element}_LIST`;
}

const scalars = new Map<DuckDBTypeId, ScalarType>([
  [DuckDBTypeId.BOOLEAN, "BOOL"],
  [DuckDBTypeId.TINYINT, "INT32"],
  [DuckDBTypeId.SMALLINT, "INT32"],
  [DuckDBTypeId.INTEGER, "INT32"],
  [DuckDBTypeId.UTINYINT, "INT32"],
  [DuckDBTypeId.USMALLINT, "INT32"],
  [DuckDBTypeId.UINTEGER, "INT64"],
  [DuckDBTypeId.BIGINT, "INT64"],
  [DuckDBTypeId.FLOAT, "FLOAT"],
  [DuckDBTypeId.DOUBLE, "DOUBLE"],
  [DuckDBTypeId.VARCHAR, "STRING"],
  [DuckDBTypeId.ENUM, "STRING"],
  [DuckDBTypeId.UUID, "STRING"],
  [DuckDBTypeId.BLOB, "BYTES"],
  [DuckDBTypeId.DATE, "TIMESTAMP"],
  [DuckDBTypeId.TIMESTAMP, "TIMESTAMP"],
  [DuckDBTypeId.TIMESTAMP_S, "TIMESTAMP"],
  [DuckDBTypeId.TIMESTAMP_MS, "TIMESTAMP"],
  [DuckDBTypeId.TIMESTAMP_NS, "TIMESTAMP"],
  [DuckDBTypeId.TIMESTAMP_TZ, "TIMESTAMP"],
]);
