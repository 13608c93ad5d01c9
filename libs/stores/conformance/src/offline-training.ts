import { tableFromIPC, type Table } from "apache-arrow";
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
  const columns = plan.views.flatMap(({ name, history }) =>
    history.features.map((feature) => `${name}__${feature.name}`),
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
