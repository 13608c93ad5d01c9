import { answerNaively } from "./naive-service.ts";
import type { NaiveViews } from "./naive-views.ts";
import type { ParquetRow } from "./read-parquet-rows.ts";

const labelColumns = ["origin", "destination", "event_timestamp", "label"];

/** Which rows of a training set to look at. */
export interface TrainingRows {
  readonly labels: readonly ParquetRow[];
  readonly training: readonly ParquetRow[];
  /** Row numbers whose features are compared; label columns are compared in every row. */
  readonly featureRows: Iterable<number>;
}

/**
 * Compares a training set with its labels and with the naive loop: one line for each value that differs, for people.
 * Every label must be there once, in the order of the labels; the features are compared in the rows that are named.
 */
export function compareTraining(rows: TrainingRows, views: NaiveViews): string[] {
  const { labels, training, featureRows } = rows;
  const differences: string[] = [];
  if (labels.length !== training.length) {
    differences.push(`${training.length} rows came back for ${labels.length} labels`);
  }
  for (const [index, label] of labels.entries()) {
    for (const column of labelColumns)
      differences.push(...difference(index, column, training[index], label[column]));
  }
  for (const index of featureRows) {
    const { origin, destination, event_timestamp: atUs } = labels[index] ?? {};
    const key = { origin: String(origin), destination: String(destination) };
    for (const use of answerNaively(views, key, atUs as bigint)) {
      use.columns.forEach((column, i) =>
        differences.push(...difference(index, column, training[index], use.values[i])),
      );
    }
  }
  return differences;
}

function difference(index: number, column: string, row: ParquetRow | undefined, wanted: unknown): string[] {
  const found = row?.[column];
  return Object.is(found, wanted)
    ? []
    : [`row ${index}: ${column} is ${String(found)}, expected ${String(wanted)}`];
}
