import { Field, makeData, RecordBatch, Schema, Struct, Table, tableFromIPC, tableToIPC } from "apache-arrow";
import { Float64, Int64, TimestampMicrosecond, Utf8, vectorFromArray } from "apache-arrow";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { GetTrainingSetRequestSchema, GetTrainingSetResponse, Receipt } from "@timewell/contracts";
import type { Plain } from "./values.ts";

/** A label row, or a row of a training set. Times are bigint µs. */
export type LabelRow = Readonly<Record<string, Plain>>;

/** A message of a call for a training set. */
export type TrainingRequest = MessageInitShape<typeof GetTrainingSetRequestSchema>;

/** The label column with the event time. */
export const timeColumn = "event_timestamp";

/** Labels as an Arrow IPC stream, in batches of `batchRows`. */
export function labelsToArrow(rows: readonly LabelRow[], batchRows = 1_000): Uint8Array {
  const names = Object.keys(rows[0] ?? {});
  const fields = names.map((name) => new Field(name, typeOf(name, rows[0]?.[name] ?? null), true));
  const schema = new Schema(fields);
  const batches: RecordBatch[] = [];
  for (let start = 0; start < rows.length; start += batchRows) {
    const part = rows.slice(start, start + batchRows);
    const children = fields.map(({ name, type }) => columnOf(name, type, part));
    const data = makeData({ type: new Struct(fields), length: part.length, children });
    batches.push(new RecordBatch(schema, data));
  }
  return tableToIPC(new Table(schema, batches), "stream");
}

function typeOf(name: string, example: Plain) {
  if (name === timeColumn) return new TimestampMicrosecond("UTC");
  if (typeof example === "bigint") return new Int64();
  return typeof example === "number" ? new Float64() : new Utf8();
}

function columnOf(name: string, type: ReturnType<typeof typeOf>, rows: readonly LabelRow[]) {
  if (name === timeColumn) {
    // The builder of this type takes milliseconds; the stored number is microseconds.
    const data = BigInt64Array.from(rows, (row) => row[name] as bigint);
    return makeData({ type: type as TimestampMicrosecond, length: rows.length, data });
  }
  const vector = vectorFromArray(
    rows.map((row) => row[name]),
    type,
  );
  const [data] = vector.data;
  if (data === undefined) throw new Error("an Arrow column without data");
  return data;
}

/** The messages of a call for a training set: what to join, then the bytes of its labels, where they follow. */
export async function* trainingMessages(
  request: TrainingRequest,
  arrow: Uint8Array = new Uint8Array(0),
): AsyncGenerator<TrainingRequest> {
  yield await Promise.resolve(request);
  for (let at = 0; at < arrow.length; at += 65_536) yield { labelsChunk: arrow.subarray(at, at + 65_536) };
}

/** The same for label rows. */
export function messagesWithLabels(
  request: TrainingRequest,
  rows: readonly LabelRow[],
): AsyncGenerator<TrainingRequest> {
  const labels = { case: "labelsFollow", value: true } as const;
  return trainingMessages({ ...request, labels }, labelsToArrow(rows));
}

/** A training set that was read to its end. */
export interface ReadTrainingSet {
  readonly columns: readonly string[];
  readonly rows: readonly LabelRow[];
  readonly receipt: Receipt;
}

/** Reads a training set to its end. */
export async function readTrainingSet(
  parts: AsyncIterable<GetTrainingSetResponse>,
): Promise<ReadTrainingSet> {
  const bytes: Uint8Array[] = [];
  let receipt: Receipt | undefined;
  for await (const { part } of parts) {
    if (part.case === "receipt") receipt = part.value;
    else if (part.case === "arrowSchema" || part.case === "arrowBatch") bytes.push(part.value);
  }
  if (receipt === undefined) throw new Error("the training set ended without a receipt");
  const table = tableFromIPC(Buffer.concat(bytes));
  const columns = table.schema.fields.map((field) => field.name);
  const rows = table.batches.flatMap((batch) => batchRows(batch, columns));
  return { columns, rows, receipt };
}

function batchRows(batch: RecordBatch, columns: readonly string[]): LabelRow[] {
  return Array.from({ length: batch.numRows }, (_, row) =>
    Object.fromEntries(columns.map((name, column) => [name, cell(batch, name, column, row)])),
  );
}

function cell(batch: RecordBatch, name: string, column: number, row: number): Plain {
  const vector = batch.getChildAt(column);
  if (vector === null || !vector.isValid(row)) return null;
  // `get` would answer milliseconds, and lose what is below one.
  if (name === timeColumn) return (vector.data[0]?.values as BigInt64Array)[row] as bigint;
  return vector.get(row) as Plain;
}
