import { FeatureStoreError } from "@timewell/errors";
import { type TrainingSetEntry, trainingSetNotFound } from "@timewell/store-ports";

import type { TrainingSetDeps } from "./training-set-deps.ts";

/** Least characters of an id that stand for the whole. */
export const idCharsMin = 8;

/**
 * Finds a training set of a project by its id, or by the beginning of it. TRAINING_SET_NOT_FOUND; INVALID_REQUEST for fewer than 8
 * characters, or where more than one begins so.
 */
export async function findTrainingSet(
  deps: Pick<TrainingSetDeps, "trainingCatalog">,
  project: string,
  idOrPrefix: string,
): Promise<TrainingSetEntry> {
  if (idOrPrefix.length < idCharsMin)
    throw new FeatureStoreError(
      "INVALID_REQUEST",
      `Cannot find training set ${JSON.stringify(idOrPrefix)}: got ${idOrPrefix.length} characters, expected at least ${idCharsMin}`,
      { field: "training_set_id", hint: "Send more of the id; it begins with ts_" },
    );
  if (!/^ts_[0-9a-f]{1,32}$/.test(idOrPrefix)) throw trainingSetNotFound(idOrPrefix);
  const [found, other] = await deps.trainingCatalog.findTrainingSets(project, idOrPrefix, 2);
  if (found === undefined) throw trainingSetNotFound(idOrPrefix);
  if (other === undefined) return found;
  throw new FeatureStoreError(
    "INVALID_REQUEST",
    `Cannot tell which training set ${idOrPrefix} is: ${found.trainingSetId}, ${other.trainingSetId} and perhaps others begin so`,
    { field: "training_set_id", hint: "Send more of the id" },
  );
}
