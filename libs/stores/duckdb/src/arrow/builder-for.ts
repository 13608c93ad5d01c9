import { DuckDBTypeId, type DuckDBType } from "@duckdb/node-api";
import {
  Binary,
  DateDay,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  Int8,
  TimeMicrosecond,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  Uint16,
  Uint32,
  Uint64,
  Uint8,
  Utf8,
  type DataType,
} from "apache-arrow";
import { BoolBuilder } from "./bool-builder.ts";
import type { ColumnBuilder } from "./column-builder.ts";
import { DecimalBuilder } from "./decimal-builder.ts";
import { FixedWidthBuilder } from "./fixed-width-builder.ts";
import { FixedSizeListBuilder, ListBuilder } from "./list-builder.ts";
import { StructBuilder } from "./struct-builder.ts";
import { TextBuilder } from "./text-builder.ts";

/** A builder for columns of a type; undefined where Arrow has no such type and the column must become text. */
export function builderFor(type: DuckDBType): ColumnBuilder | undefined {
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
      return new BoolBuilder();
    case DuckDBTypeId.VARCHAR:
      return new TextBuilder(new Utf8());
    case DuckDBTypeId.BLOB:
      return new TextBuilder(new Binary());
    case DuckDBTypeId.DECIMAL:
      return new DecimalBuilder(type.width, type.scale);
    case DuckDBTypeId.LIST: {
      const child = builderFor(type.valueType);
      return child === undefined ? undefined : new ListBuilder(child);
    }
    case DuckDBTypeId.ARRAY: {
      const child = builderFor(type.valueType);
      return child === undefined ? undefined : new FixedSizeListBuilder(child, type.length);
    }
    case DuckDBTypeId.STRUCT: {
      const children = type.entryTypes.map(builderFor);
      return children.every((child) => child !== undefined)
        ? new StructBuilder(type.entryNames, children)
        : undefined;
    }
    default: {
      const fixed = fixedWidths.get(type.typeId);
      return fixed === undefined ? undefined : new FixedWidthBuilder(fixed[0](), fixed[1]);
    }
  }
}

const fixedWidths = new Map<DuckDBTypeId, readonly [() => DataType, number]>([
  [DuckDBTypeId.TINYINT, [() => new Int8(), 1]],
  [DuckDBTypeId.SMALLINT, [() => new Int16(), 2]],
  [DuckDBTypeId.INTEGER, [() => new Int32(), 4]],
  [DuckDBTypeId.BIGINT, [() => new Int64(), 8]],
  [DuckDBTypeId.UTINYINT, [() => new Uint8(), 1]],
  [DuckDBTypeId.USMALLINT, [() => new Uint16(), 2]],
  [DuckDBTypeId.UINTEGER, [() => new Uint32(), 4]],
  [DuckDBTypeId.UBIGINT, [() => new Uint64(), 8]],
  [DuckDBTypeId.FLOAT, [() => new Float32(), 4]],
  [DuckDBTypeId.DOUBLE, [() => new Float64(), 8]],
  [DuckDBTypeId.DATE, [() => new DateDay(), 4]],
  [DuckDBTypeId.TIME, [() => new TimeMicrosecond(), 8]],
  [DuckDBTypeId.TIMESTAMP, [() => new TimestampMicrosecond(null), 8]],
  [DuckDBTypeId.TIMESTAMP_S, [() => new TimestampSecond(null), 8]],
  [DuckDBTypeId.TIMESTAMP_MS, [() => new TimestampMillisecond(null), 8]],
  [DuckDBTypeId.TIMESTAMP_NS, [() => new TimestampNanosecond(null), 8]],
  [DuckDBTypeId.TIMESTAMP_TZ, [() => new TimestampMicrosecond("UTC"), 8]],
]);
