import type { Receipt } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { CompiledView } from "@timewell/model";
import type { TrainingSetEntry } from "@timewell/store-ports";

import { erased } from "./refuse-erased.ts";
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
 * Records the receipt of a finished stream; the first one of a shard stays. Where the rows are not those of the first stream, history that
 * the training set was made of is gone or was changed: ERASED, naming the receipt, where an entity was erased from one of its views
 * since; else DATA_LOSS, naming both digests.
 */
export async function recordReceipt(
  deps: Pick<TrainingSetDeps, "trainingCatalog">,
  trainingSetId: string,
  receipt: Receipt,
  views: readonly Pick<CompiledView, "id" | "project">[] = [],
): Promise<void> {
  const first = await deps.trainingCatalog.putReceipt({ ...receipt, trainingSetId });
  if (first.formatVersion !== receipt.formatVersion || first.digest === receipt.digest) return;
  const erasureId = await erasureSince(deps, trainingSetId, views);
  if (erasureId !== undefined) throw erased(trainingSetId, erasureId);
  throw new FeatureStoreError(
    "DATA_LOSS",
    `Cannot make training set ${trainingSetId} again: its rows have digest ${receipt.digest}, its receipt says ${first.digest}`,
    {
      hint: "History that it was made of was removed or changed; `timewell training-sets describe` shows what that was",
    },
  );
}

/** The first erase from any of these views since a training set was made. */
async function erasureSince(
  { trainingCatalog }: Pick<TrainingSetDeps, "trainingCatalog">,
  trainingSetId: string,
  views: readonly Pick<CompiledView, "id" | "project">[],
): Promise<string | undefined> {
  const [entry] = await trainingCatalog.findTrainingSets(views[0]?.project ?? "", trainingSetId, 1);
  if (entry === undefined) return undefined;
  const viewIds = views.map(({ id }) => id);
  return (await trainingCatalog.erasuresOfViews(viewIds, entry.createdAtUs)).at(-1)?.receipt.id;
}
