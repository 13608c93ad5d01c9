import type { FeatureType, ScalarType } from "@timewell/row";

/** The SQL type in which values of a feature or key are joined and returned. */
export function sqlType(type: FeatureType, dimension: number): string {
  if (type === "FLOAT_VECTOR") return `FLOAT[${dimension}]`;
  if (type.endsWith("_LIST")) return `${scalars[type.replace("_LIST", "") as ScalarType]}[]`;
  return scalars[type as ScalarType];
}

const scalars: Record<ScalarType, string> = {
  BOOL: "BOOLEAN",
  INT32: "INTEGER",
  INT64: "BIGINT",
  FLOAT: "FLOAT",
  DOUBLE: "DOUBLE",
  STRING: "VARCHAR",
  BYTES: "BLOB",
  TIMESTAMP: "TIMESTAMPTZ",
};
