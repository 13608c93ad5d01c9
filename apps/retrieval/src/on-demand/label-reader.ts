import { FeatureStoreError } from "@timewell/errors";
import type { NamedField } from "@timewell/model";
import {
  elementType,
  type FeatureType,
  type FeatureValue,
  normalizeFeatureValue,
  type ScalarType,
} from "@timewell/row";
import { type Data, DataType } from "apache-arrow";

import { readerOf, type RowReader } from "./arrow-reader.ts";

/** Reads a label column as a feature type does; rows are those of one batch. */
export type LabelReader = (row: number) => FeatureValue;

/** True where a label column of this type can hold values of a feature type. A value may still be out of its range. */
export function canHold(arrow: DataType, type: FeatureType): boolean {
  const scalar = elementType(type);
  if (DataType.isNull(arrow)) return true;
  if (scalar === type) return holders[scalar](arrow);
  const isList = DataType.isList(arrow) || DataType.isFixedSizeList(arrow);
  return isList && holders[scalar](arrow.children[0]!.type as DataType);
}

const holders: Readonly<Record<ScalarType, (arrow: DataType) => boolean>> = {
  BOOL: DataType.isBool,
  INT32: DataType.isInt,
  INT64: DataType.isInt,
  FLOAT: isNumber,
  DOUBLE: isNumber,
  STRING: DataType.isUtf8,
  BYTES: DataType.isBinary,
  TIMESTAMP: (arrow) => DataType.isTimestamp(arrow) || DataType.isDate(arrow),
};

function isNumber(arrow: DataType): boolean {
  return DataType.isFloat(arrow) || DataType.isInt(arrow);
}

/**
 * Reads request data from a label column, by the rules that requests follow online; INVALID_LABELS, naming column and row,
 * for a value that online serving would refuse. `firstRow` is the number of the batch's first label row, from 0.
 */
export function requestReader(data: Data, field: NamedField, firstRow: number): LabelReader {
  const read = reader(data, field);
  const rowField = { number: 0, type: field.type, dimension: field.dimension };
  return (row) => {
    const raw = read(row);
    if (raw === null) return null;
    try {
      return normalizeFeatureValue(rowField, raw, field.name);
    } catch (cause) {
      const { message } = FeatureStoreError.from(cause);
      const problem = message.slice(message.indexOf(": ") + 2).replace(/\. .*$/, "");
      throw invalidLabels(field.name, `does not fit ${field.type} in row ${firstRow + row + 1}: ${problem}`, {
        hint: "Mend the value, or make it NULL.",
        cause,
      });
    }
  };
}

/** Reads a request key from a label column; a value that can be no key of its type is NULL, as the join takes it. */
export function keyReader(data: Data, field: NamedField): LabelReader {
  const read = reader(data, field);
  const rowField = { number: 0, type: field.type, dimension: 0 };
  const isInt = field.type === "INT32" || field.type === "INT64";
  return (row) => {
    const raw = read(row);
    try {
      // Wide integers of files come as text.
      return normalizeFeatureValue(
        rowField,
        isInt && typeof raw === "string" ? BigInt(raw) : raw,
        field.name,
      );
    } catch {
      // The row has no such key: its views are NOT_FOUND.
      return null;
    }
  };
}

function reader(data: Data, { type }: NamedField): RowReader {
  const read = readerOf(data) ?? (() => null);
  const wantsDouble = /^(FLOAT|DOUBLE)/.test(type);
  if (!wantsDouble) return read;
  return (row) => {
    const raw = read(row);
    return Array.isArray(raw) ? raw.map(toNumber) : toNumber(raw);
  };
}

/** Whole numbers of a file are doubles where a double holds them exactly. */
function toNumber(raw: unknown): unknown {
  if (typeof raw !== "bigint") return raw;
  const number = Number(raw);
  return BigInt(number) === raw ? number : raw;
}

/** The error for labels that cannot be used. */
export function invalidLabels(
  column: string,
  problem: string,
  options: { readonly hint: string; readonly cause?: unknown },
): FeatureStoreError {
  const text = `Cannot use the labels: column ${column} ${problem}`;
  return new FeatureStoreError("INVALID_LABELS", text, { field: column, ...options });
}
