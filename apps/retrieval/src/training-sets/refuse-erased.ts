import { FeatureStoreError } from "@timewell/errors";

import type { TrainingSetDeps } from "./training-set-deps.ts";

/** ERASED, naming the receipt, where an entity that a training set has among its labels was erased. */
export async function refuseErased(
  { trainingCatalog }: Pick<TrainingSetDeps, "trainingCatalog">,
  trainingSetId: string,
): Promise<void> {
  const erasureId = await trainingCatalog.erasureOfTrainingSet(trainingSetId);
  if (erasureId !== undefined) throw erased(trainingSetId, erasureId);
}

/** The error for a training set that cannot be made again because of an erase. */
export function erased(trainingSetId: string, erasureId: string): FeatureStoreError {
  return new FeatureStoreError(
    "ERASED",
    `Cannot make training set ${trainingSetId} again: erase ${erasureId} removed an entity whose rows it held`,
    { field: "training_set_id", hint: "Make a new training set of the present state" },
  );
}
