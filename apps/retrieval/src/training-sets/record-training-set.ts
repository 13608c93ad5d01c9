import type { Receipt } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { TrainingSetEntry } from "@timewell/store-ports";

import type { TrainingSetDeps } from "./training-set-deps.ts";

/** A training set whose first stream begins. */
export type NewTrainingSet = Omit<TrainingSetEntry, "createdAtUs">;

/** Records a training set; one that is recorded already stays, except that its labels may be kept now. Returns what is recorded. */
export function recordTrainingSet(
  deps: Pick<TrainingSetDeps, "clock" | "trainingCatalog">,
  record: NewTrainingSet,
): Promise<TrainingSetEntry> {
  return deps.trainingCatalog.putTrainingSet({ ...record, createdAtUs: deps.clock.nowUs() });
}

/**
 * Records the receipt of a finished stream; the first one of a shard stays. DATA_LOSS, naming both digests, where the rows are not
 * those of the first stream: history that the training set was made of is gone or was changed.
 */
export async function recordReceipt(
  deps: Pick<TrainingSetDeps, "trainingCatalog">,
  trainingSetId: string,
  receipt: Receipt,
): Promise<void> {
  const first = await deps.trainingCatalog.putReceipt({ ...receipt, trainingSetId });
  if (first.formatVersion !== receipt.formatVersion || first.digest === receipt.digest) return;
  throw new FeatureStoreError(
    "DATA_LOSS",
    `Cannot make training set ${trainingSetId} again: its rows have digest ${receipt.digest}, its receipt says ${first.digest}`,
    {
      hint: "History that it was made of was removed or changed; `timewell training-sets describe` shows what that was",
    },
  );
}
