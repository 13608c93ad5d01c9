import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { DataType, TimeUnit, type RecordBatch, type Schema, type Vector } from "apache-arrow";
import { toJsonValue } from "../output/json.ts";
import { timeText } from "../output/time-text.ts";

/** Reads a cell of a column as CSV has it; NULL is an empty cell, empty text a quoted one. */
type CellReader = (row: number) => string;

/** Writes Arrow batches as CSV: a header line, times as ISO 8601 in UTC, lists as JSON, bytes as base64. Returns the rows. */
export async function writeCsv(
  path: string,
  schema: Schema,
  batches: AsyncIterable<RecordBatch>,
): Promise<number> {
  let rows = 0;
  async function* lines() {
    yield `${schema.fields.map(({ name }) => quoted(name)).join(",")}\n`;
    for await (const batch of batches) {
      const columns = schema.fields.map((_, i) => cellReader(batch.getChildAt(i)!));
      let text = "";
      for (let row = 0; row < batch.numRows; row++) {
        text += `${columns.map((cell) => cell(row)).join(",")}\n`;
        if (text.length < 65_536) continue;
        yield text;
        text = "";
      }
      yield text;
      rows += batch.numRows;
    }
  }
  await pipeline(lines(), createWriteStream(path));
  return rows;
}

function quoted(text: string): string {
  return text === "" || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function cellReader(column: Vector): CellReader {
  const read = valueReader(column);
  return (row) => (column.isValid(row) ? quoted(read(row)) : "");
}

function valueReader(column: Vector): CellReader {
  const type = column.type as DataType;
  if (DataType.isTimestamp(type)) {
    const values = column.data[0]!.values as BigInt64Array;
    const toUs = microsecondsOf(type.unit);
    // A time without a zone stays one.
    const isZoned = (type.timezone ?? "") !== "";
    return (row) => (isZoned ? timeText(toUs(values[row]!)) : timeText(toUs(values[row]!)).replace(/Z$/, ""));
  }
  if (DataType.isDate(type)) return (row) => new Date(Number(column.get(row))).toISOString().slice(0, 10);
  if (DataType.isDecimal(type)) return (row) => decimalText(column.get(row) as Uint32Array, type.scale);
  if (DataType.isList(type) || DataType.isFixedSizeList(type)) return listReader(column);
  return (row) => scalarText(column.get(row));
}

function scalarText(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : String(value);
}

function listReader(column: Vector): CellReader {
  const element = (column.type as DataType).children[0]!.type as DataType;
  const times = DataType.isTimestamp(element) ? timesOf(column, element) : undefined;
  return (row) => {
    const values = times === undefined ? Array.from(column.get(row) as Iterable<unknown>) : times(row);
    return JSON.stringify(toJsonValue(values));
  };
}

/** Times of a list column; Arrow's own accessor would round them to ms. */
function timesOf(column: Vector, { unit }: { readonly unit: TimeUnit }): (row: number) => string[] {
  const [data] = column.data;
  const offsets = data!.valueOffsets as Int32Array;
  const values = data!.children[0]!.values as BigInt64Array;
  const toUs = microsecondsOf(unit);
  return (row) =>
    Array.from(values.subarray(offsets[row], offsets[row + 1]), (value) => timeText(toUs(value)));
}

function microsecondsOf(unit: TimeUnit): (value: bigint) => bigint {
  switch (unit) {
    case TimeUnit.SECOND:
      return (value) => value * 1_000_000n;
    case TimeUnit.MILLISECOND:
      return (value) => value * 1_000n;
    case TimeUnit.MICROSECOND:
      return (value) => value;
    case TimeUnit.NANOSECOND:
      return (value) => value / 1_000n;
  }
}

function decimalText(words: Uint32Array, scale: number): string {
  const unsigned = words.reduceRight((sum, word) => (sum << 32n) | BigInt(word), 0n);
  const value = BigInt.asIntN(words.length * 32, unsigned);
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  const sign = value < 0n ? "-" : "";
  return scale === 0 ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(-scale)}`;
}
