import {
  ARRAY,
  BIGINT,
  BLOB,
  BOOLEAN,
  DATE,
  DECIMAL,
  DOUBLE,
  FLOAT,
  INTEGER,
  LIST,
  SMALLINT,
  TIME,
  TIMESTAMP,
  TIMESTAMP_MS,
  TIMESTAMP_NS,
  TIMESTAMP_S,
  TINYINT,
  UBIGINT,
  UINTEGER,
  USMALLINT,
  UTINYINT,
  VARCHAR,
  type DuckDBType,
} from "@duckdb/node-api";
import { DataType, DateUnit, TimeUnit, type Int } from "apache-arrow";

/**
 * The type in which the database keeps an Arrow column, of the same width where Arrow's is fixed; undefined where there is
 * none. Zones of timestamps are left aside: all count from 1970, UTC.
 */
export function duckdbTypeOf(type: DataType): DuckDBType | undefined {
  if (DataType.isInt(type)) return integerOf(type);
  if (DataType.isFloat(type)) return [undefined, FLOAT, DOUBLE][type.precision];
  if (DataType.isNull(type)) return VARCHAR;
  if (DataType.isBool(type)) return BOOLEAN;
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return VARCHAR;
  if (DataType.isBinary(type) || DataType.isLargeBinary(type)) return BLOB;
  if (DataType.isTimestamp(type)) return timestampOf(type.unit);
  if (DataType.isDate(type)) return type.unit === DateUnit.DAY ? DATE : TIMESTAMP_MS;
  if (DataType.isTime(type)) return type.unit === TimeUnit.MICROSECOND ? TIME : undefined;
  if (DataType.isDecimal(type))
    return type.bitWidth === 128 ? DECIMAL(type.precision, type.scale) : undefined;
  if (DataType.isDictionary(type)) return plainOf(type.dictionary);
  if (DataType.isList(type)) return mapped(plainOf(type.children[0]!.type), LIST);
  if (DataType.isFixedSizeList(type)) {
    return mapped(plainOf(type.children[0]!.type), (element) => ARRAY(element, type.listSize));
  }
  return undefined;
}

/** Types whose values JavaScript has as they are: those that dictionaries and lists may hold. */
function plainOf(type: DataType): DuckDBType | undefined {
  const isPlain =
    DataType.isInt(type) ||
    DataType.isFloat(type) ||
    DataType.isBool(type) ||
    DataType.isUtf8(type) ||
    DataType.isLargeUtf8(type) ||
    DataType.isBinary(type);
  return isPlain ? duckdbTypeOf(type) : undefined;
}

function mapped(
  type: DuckDBType | undefined,
  make: (type: DuckDBType) => DuckDBType,
): DuckDBType | undefined {
  return type === undefined ? undefined : make(type);
}

function integerOf({ bitWidth, isSigned }: Int): DuckDBType | undefined {
  const types: Partial<Record<number, readonly [DuckDBType, DuckDBType]>> = {
    8: [TINYINT, UTINYINT],
    16: [SMALLINT, USMALLINT],
    32: [INTEGER, UINTEGER],
    64: [BIGINT, UBIGINT],
  };
  return types[bitWidth]?.[isSigned ? 0 : 1];
}

function timestampOf(unit: TimeUnit): DuckDBType {
  switch (unit) {
    case TimeUnit.SECOND:
      return TIMESTAMP_S;
    case TimeUnit.MILLISECOND:
      return TIMESTAMP_MS;
    case TimeUnit.MICROSECOND:
      return TIMESTAMP;
    case TimeUnit.NANOSECOND:
      return TIMESTAMP_NS;
  }
}
