import { fromBinary, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import { GetTrainingSetRequestSchema } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { TrainingSetEntry } from "@timewell/store-ports";

/** A row of the table of training sets. */
export interface TrainingSetRow {
  readonly training_set_id: string;
  readonly project: string;
  readonly feature_service: string;
  readonly registry_version: bigint;
  readonly grace: bigint;
  readonly snapshot_id: string;
  readonly labels_digest: string;
  readonly labels_kept: boolean;
  readonly rows: bigint;
  readonly request: Uint8Array;
  readonly created_at: bigint;
  readonly created_by: string;
}

/** The entry that a row holds. DATA_LOSS where its request is damaged. */
export function toEntry(row: TrainingSetRow): TrainingSetEntry {
  const what = `training set ${row.training_set_id}`;
  return {
    trainingSetId: row.training_set_id,
    project: row.project,
    featureService: row.feature_service,
    registryVersion: row.registry_version,
    graceUs: row.grace,
    snapshotId: row.snapshot_id,
    labelsDigest: row.labels_digest,
    labelsKept: row.labels_kept,
    rows: Number(row.rows),
    request: readMessage(GetTrainingSetRequestSchema, row.request, what),
    createdAtUs: row.created_at,
    createdBy: row.created_by,
  };
}

/** Decodes a stored message; DATA_LOSS, naming what it belongs to, where it is damaged. */
export function readMessage<Desc extends DescMessage>(
  schema: Desc,
  bytes: Uint8Array,
  what: string,
): MessageShape<Desc> {
  try {
    return fromBinary(schema, bytes);
  } catch (cause) {
    throw new FeatureStoreError("DATA_LOSS", `Cannot read ${what}: its record is damaged`, {
      hint: "Restore the registry database from a backup",
      cause,
    });
  }
}
