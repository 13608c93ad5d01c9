import { setImmediate } from "node:timers/promises";

import { computeOnDemand, type DeclaredInput, type OnDemandPlan, type Selection } from "@timewell/model";
import type { FeatureValue } from "@timewell/row";
import type { LabelFile, TrainingPart } from "@timewell/store-ports";
import { type Data, DataType, Field, type RecordBatch, RecordBatchReader, Schema } from "apache-arrow";

import type { StreamBatch, StreamPart } from "../stream/stream-part.ts";
import { arrowColumn, arrowTypeOf } from "./arrow-column.ts";
import { readerOf } from "./arrow-reader.ts";
import { BatchMessages } from "./batch-messages.ts";
import { canHold, invalidLabels, keyReader, type LabelReader, requestReader } from "./label-reader.ts";

/** Rows that are computed in one turn of the event loop: a few ms. */
const rowsPerTurn = 4_096;

/** What the computed columns are made from. */
export interface ComputedColumnsInit {
  /** Undefined: nothing is computed. */
  readonly plan: OnDemandPlan | undefined;
  readonly selection: Selection;
  readonly labels: Pick<LabelFile, "format">;
  /** Names of the columns to return, in order. Undefined: all. */
  readonly output: readonly string[] | undefined;
  /** Columns that stay behind the computed ones where all are returned: those of statuses. */
  readonly lastColumns: number;
}

type Init = ComputedColumnsInit & { readonly plan: OnDemandPlan };

/**
 * Adds the on-demand features of a service to the parts of its training set, batch by batch: one column each, after those of
 * the views and before those of statuses, or where the output names them. What cannot be computed is NULL, and counted.
 */
export async function* addComputedColumns(
  parts: AsyncIterable<TrainingPart>,
  init: ComputedColumnsInit,
): AsyncGenerator<StreamPart> {
  const { plan } = init;
  let computer: BatchComputer | undefined;
  for await (const part of parts) {
    if (part.kind === "summary") yield part;
    else if (plan === undefined) {
      yield part.kind === "schema" ? part : { ...part, computed: { nulls: [], failures: [] } };
    } else if (part.kind === "schema") {
      computer = new BatchComputer(part.bytes, { ...init, plan }, part.range.nextOrdinal);
      yield { ...part, bytes: computer.schemaMessage };
    } else yield { ...part, ...(await computer!.compute(part.bytes)) };
  }
}

/** Computes columns batch by batch. */
class BatchComputer {
  readonly #schemaBytes: Uint8Array<ArrayBuffer>;
  readonly #init: Init;
  readonly #messages: BatchMessages;
  /** Places of the returned columns among those that came and the computed ones behind them. */
  readonly #places: readonly number[];
  #rows: number;

  /** @param firstRow number of the first label row, from 0. */
  constructor(schemaBytes: Uint8Array, init: Init, firstRow: number) {
    this.#schemaBytes = new Uint8Array(schemaBytes);
    this.#init = init;
    this.#rows = firstRow;
    const { schema } = RecordBatchReader.from(this.#schemaBytes).open();
    checkColumns(schema, init);
    const fields = [...schema.fields, ...computedFields(init.plan)];
    this.#places = placesOf(fields, init);
    this.#messages = new BatchMessages(new Schema(this.#places.map((place) => fields[place]!)));
  }

  get schemaMessage(): Uint8Array {
    return this.#messages.schemaMessage;
  }

  /** The message of a batch with its computed columns, and what was counted in them. */
  async compute(bytes: Uint8Array): Promise<Pick<StreamBatch, "bytes" | "computed">> {
    const batch = readBatch(this.#schemaBytes, bytes);
    const failures = this.#init.plan.columns.map(() => 0);
    const columns = await compute(batch, this.#init, this.#rows, failures);
    this.#rows += batch.numRows;
    const all = [...batch.data.children, ...columns];
    const shown = this.#places.map((place) => all[place]!);
    return {
      bytes: this.#messages.batchMessage(shown, batch.numRows),
      computed: { nulls: columns.map(({ nullCount }) => nullCount), failures },
    };
  }
}

/** A batch that shares no memory with the pipe it came over, so that its columns are aligned. */
function readBatch(schema: Uint8Array, bytes: Uint8Array): RecordBatch {
  const stream = new Uint8Array(schema.length + bytes.length);
  stream.set(schema);
  stream.set(bytes, schema.length);
  return RecordBatchReader.from(stream).next().value as RecordBatch;
}

function checkColumns(schema: Schema, { plan, labels }: Init): void {
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

function computedFields(plan: OnDemandPlan): Field[] {
  return plan.columns.map(({ name, type, dimension }) => new Field(name, arrowTypeOf(type, dimension), true));
}

/** Without an output the computed columns come before the last ones. */
function placesOf(fields: readonly Field[], { plan, output, lastColumns }: Init): number[] {
  if (output !== undefined) return output.map((wanted) => fields.findIndex(({ name }) => name === wanted));
  const places = fields.map((_, place) => place);
  const computed = places.splice(places.length - plan.columns.length);
  places.splice(places.length - lastColumns, 0, ...computed);
  return places;
}

async function compute(
  batch: RecordBatch,
  init: Init,
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
  { selection }: Init,
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
