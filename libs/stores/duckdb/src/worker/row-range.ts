import { FeatureStoreError } from "@timewell/errors";
import type { RowRange, TrainingPlan } from "@timewell/store-ports";

/** Rows of every batch but the last, where a plan does not say otherwise. */
export const batchRowsDefault = 65_536;

type RowsOfPlan = Pick<TrainingPlan, "rows" | "batchRows">;

/** The rows that a training set of so many rows covers; INVALID_REQUEST where it cannot go on from where it should. */
export function rowRange(labelRows: number, { rows: selection, batchRows }: RowsOfPlan): RowRange {
  const { index, count } = selection?.shard ?? { index: 0, count: 1 };
  const cut = (at: number): number => Number((BigInt(at) * BigInt(labelRows)) / BigInt(count));
  const firstOrdinal = cut(index);
  const endOrdinal = cut(index + 1);
  const nextOrdinal = selection?.nextOrdinal ?? firstOrdinal;
  const begins =
    (nextOrdinal - firstOrdinal) % (batchRows ?? batchRowsDefault) === 0 || nextOrdinal === endOrdinal;
  if (nextOrdinal < firstOrdinal || nextOrdinal > endOrdinal || !begins)
    throw new FeatureStoreError(
      "INVALID_REQUEST",
      `Cannot go on from row ${nextOrdinal}: no batch of the rows ${firstOrdinal} to ${endOrdinal} begins there`,
      { field: "resume_token", hint: "Send the token of the last batch as it came" },
    );
  return { labelRows, firstOrdinal, endOrdinal, nextOrdinal };
}
