import { create } from "@bufbuild/protobuf";
import { type Receipt, ReceiptSchema } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";

/** The error for a snapshot that is not recorded. */
export function snapshotNotFound(snapshotId: string): FeatureStoreError {
  return new FeatureStoreError("SNAPSHOT_NOT_FOUND", `Cannot find snapshot ${JSON.stringify(snapshotId)}`, {
    field: "snapshot_id",
    hint: "Send the id that an earlier response named, or none for the present state",
  });
}

/** The error for a training set that is not recorded. */
export function trainingSetNotFound(trainingSetId: string): FeatureStoreError {
  return new FeatureStoreError(
    "TRAINING_SET_NOT_FOUND",
    `Cannot find training set ${JSON.stringify(trainingSetId)}`,
    { field: "training_set_id", hint: "`timewell training-sets list` shows those that there are" },
  );
}

/** The shard that a receipt stands for; the whole is shard 0 of 1. */
export function receiptShard({ shard }: Receipt): { readonly index: number; readonly count: number } {
  return { index: shard?.index ?? 0, count: shard?.count ?? 1 };
}

/** The few fields of a receipt that lists show. */
export function receiptHead({ rows, digest, formatVersion, shard }: Receipt): Receipt {
  return create(ReceiptSchema, { rows, digest, formatVersion, ...(shard && { shard: { ...shard } }) });
}

/** The error for the progress of an erasure that never began. */
export function unknownErasure(id: string): FeatureStoreError {
  return new FeatureStoreError("INVALID_REQUEST", `Cannot record erasure ${id}: none of this id was begun`);
}
