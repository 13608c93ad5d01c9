import { setImmediate } from "node:timers/promises";

import { computeOnDemand, type DeclaredInput, type OnDemandPlan, type Selection } from "@timewell/model";
import type { FeatureValue } from "@timewell/row";
import type { LabelFile, TrainingPart } from "@timewell/store-ports";
import { type Data, DataType, Field, type RecordBatch, RecordBatchReader, Schema } from "apache-arrow";

import { arrowColumn, arrowTypeOf } from "./arrow-column.ts";
import { readerOf } from "./arrow-reader.ts";
import { BatchMessages } from "./batch-messages.ts";
import { canHold, invalidLabels, keyReader, type LabelReader, requestReader } from "./label-reader.ts";

/** Rows that are computed in one turn of the event loop: a few ms. */
const rowsPerTurn = 4_096;

/** What the computed columns are made from. */
export interface ComputedColumnsInit {
  readonly plan: OnDemandPlan;
  readonly selection: Selection;
  readonly labels: LabelFile;
  /** Columns that stay behind the computed ones: those of statuses. */
  readonly lastColumns: number;
}

/**
 * Adds the on-demand features of a service to the parts of its training set, batch by batch: one column each, after those of
 * the views and before those of statuses. What cannot be computed is NULL, and the summary warns of it.
 */
export async function* addComputedColumns(
  parts: AsyncIterable<TrainingPart>,
  init: ComputedColumnsInit,
): AsyncGenerator<TrainingPart> {
  const { plan } = init;
  const failures = plan.columns.map(() => 0);
  let schemaBytes = new Uint8Array(0);
  let messages: BatchMessages | undefined;
  let rows = 0;
  for await (const part of parts) {
    if (part.kind === "schema") {
      schemaBytes = new Uint8Array(part.bytes);
      const { schema } = RecordBatchReader.from(schemaBytes).open();
      checkColumns(schema, init);
      messages = new BatchMessages(widened(schema, init));
      yield { kind: "schema", bytes: messages.schemaMessage };
    } else if (part.kind === "batch") {
      const batch = readBatch(schemaBytes, part.bytes);
      const columns = await compute(batch, init, rows, failures);
      const children = inserted(batch.data.children, columns, init.lastColumns);
      yield { kind: "batch", bytes: messages!.batchMessage(children, batch.numRows), rows: batch.numRows };
      rows += batch.numRows;
    } else {
      const warnings = [...part.summary.warnings, ...failureWarnings(plan, failures)];
      yield { kind: "summary", summary: { ...part.summary, warnings } };
    }
  }
}

/** A batch that shares no memory with the pipe it came over, so that its columns are aligned. */
function readBatch(schema: Uint8Array, bytes: Uint8Array): RecordBatch {
  const stream = new Uint8Array(schema.length + bytes.length);
  stream.set(schema);
  stream.set(bytes, schema.length);
  return RecordBatchReader.from(stream).next().value as RecordBatch;
}

function checkColumns(schema: Schema, { plan, labels }: ComputedColumnsInit): void {
  const fields = new Map(schema.fields.map((field) => [field.name, field.type as DataType]));
  for (const { name } of plan.columns) {
    if (!fields.has(name)) continue;
    throw invalidLabels(name, "is also a column of the result", { hint: "Rename the label column." });
  }
  for (const { name, type, origin } of plan.inputs) {
    if (origin.from !== "request") continue;
    const found = fields.get(name);
    if (found === undefined) {
      const hint = "Add it to the labels; a value that is not known is NULL.";
      throw invalidLabels(name, `is absent, expected for request data ${name}`, { hint });
    }
    // A CSV column without any value looks like text.
    const mayBeEmpty = labels.format === "csv" && DataType.isUtf8(found);
    if (canHold(found, type) || mayBeEmpty) continue;
    const hint = "Cast the column before the labels are written.";
    throw invalidLabels(name, `has type ${String(found)}, expected ${type} for request data ${name}`, {
      hint,
    });
  }
}

function widened(schema: Schema, { plan, lastColumns }: ComputedColumnsInit): Schema {
  const added = plan.columns.map(
    ({ name, type, dimension }) => new Field(name, arrowTypeOf(type, dimension), true),
  );
  return new Schema(inserted(schema.fields, added, lastColumns));
}

function inserted<T>(items: readonly T[], added: readonly T[], lastCount: number): T[] {
  const at = items.length - lastCount;
  return [...items.slice(0, at), ...added, ...items.slice(at)];
}

async function compute(
  batch: RecordBatch,
  init: ComputedColumnsInit,
  firstRow: number,
  failures: number[],
): Promise<Data[]> {
  const { plan } = init;
  const readers = plan.inputs.map((input) => inputReader(batch, init, input, firstRow));
  const columns = plan.columns.map(() => new Array<FeatureValue>(batch.numRows));
  const inputs = new Array<FeatureValue>(readers.length);
  const failed = (column: number) => void failures[column]!++;
  for (let row = 0; row < batch.numRows; row++) {
    // Other calls get their turn in between.
    if (row % rowsPerTurn === rowsPerTurn - 1) await setImmediate();
    for (let i = 0; i < readers.length; i++) inputs[i] = readers[i]!(row);
    const values = computeOnDemand(plan, inputs, failed);
    for (let c = 0; c < columns.length; c++) columns[c]![row] = values[c]!;
  }
  return plan.columns.map(({ type, dimension }, c) => arrowColumn(type, dimension, columns[c]!));
}

function inputReader(
  batch: RecordBatch,
  { selection }: ComputedColumnsInit,
  input: DeclaredInput,
  firstRow: number,
): LabelReader {
  const { origin, name } = input;
  const columnName =
    origin.from === "feature" ? selection.views[origin.view]!.columns[origin.feature]! : name;
  const place = batch.schema.fields.findIndex((field) => field.name === columnName);
  const data = batch.data.children[place]!;
  if (origin.from === "feature") return readerOf(data) as LabelReader;
  if (origin.from === "key") return keyReader(data, input);
  return requestReader(data, input, firstRow);
}

function failureWarnings(plan: OnDemandPlan, failures: readonly number[]): string[] {
  return plan.columns.flatMap(({ name }, column) => {
    const count = failures[column]!;
    return count === 0 ? [] : [`${name} could not be computed for ${count} rows and is NULL there`];
  });
}
