import { DataType, tableFromIPC, type Data, type Table } from "apache-arrow";
import type { OfflineEngine, TrainingPlan, TrainingSummary } from "@timewell/store-ports";
import { neverAborted } from "./offline-engine-place.ts";

/** A training set, read to its end. */
export interface TrainingResult {
  readonly table: Table;
  /** Rows of each batch. */
  readonly batches: readonly number[];
  readonly summary: TrainingSummary;
}

/** A plan with the columns of its views in their own order. */
export function trainingPlan(plan: Omit<TrainingPlan, "columns" | "includeStatuses">): TrainingPlan {
  const columns = plan.views.flatMap(({ name, history, windows }) =>
    (windows ?? history).features.map((feature) => `${name}__${feature.name}`),
  );
  return { ...plan, columns, includeStatuses: true };
}

/** Makes a training set and decodes it. */
export async function readTraining(engine: OfflineEngine, plan: TrainingPlan): Promise<TrainingResult> {
  const bytes: Uint8Array[] = [];
  const batches: number[] = [];
  let summary: TrainingSummary | undefined;
  for await (const part of engine.trainingSet(plan, neverAborted)) {
    if (part.kind === "summary") summary = part.summary;
    else bytes.push(part.bytes);
    if (part.kind === "batch") batches.push(part.rows);
  }
  return { table: tableFromIPC(bytes), batches, summary: summary! };
}

/** Values of a column, null where it has none. */
export function columnValues(table: Table, name: string): unknown[] {
  return [...table.getChild(name)!].map((value) => value ?? null);
}

/**
 * Texts of a column of one batch, or of the elements of its lists, with byte order marks, which the library's own decoder
 * drops.
 */
export function columnTexts(table: Table, name: string): (string | null)[] {
  const [column] = table.getChild(name)!.data;
  const data = (DataType.isList(column!.type) ? column!.children[0]! : column!) as Data;
  const { buffer, byteOffset, byteLength } = data.values as Uint8Array;
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  const offsets = data.valueOffsets as Int32Array;
  return Array.from({ length: data.length }, (_, i) =>
    data.getValid(i) ? bytes.toString("utf8", offsets[i], offsets[i + 1]) : null,
  );
}
