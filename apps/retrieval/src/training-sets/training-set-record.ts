import { create } from "@bufbuild/protobuf";
import {
  type OfflineSnapshot,
  type Receipt,
  type TrainingSetRecord,
  TrainingSetRecordSchema,
} from "@timewell/contracts";
import type { TrainingSetEntry } from "@timewell/store-ports";

/** The record as callers see it. */
export function trainingSetRecord(
  entry: TrainingSetEntry,
  receipts: readonly Receipt[],
  snapshot?: OfflineSnapshot,
): TrainingSetRecord {
  return create(TrainingSetRecordSchema, {
    trainingSetId: entry.trainingSetId,
    request: entry.request,
    snapshotId: entry.snapshotId,
    rows: BigInt(entry.rows),
    labelsDigest: entry.labelsDigest,
    labelsKept: entry.labelsKept,
    createdAtUs: entry.createdAtUs,
    createdBy: entry.createdBy,
    receipts: [...receipts],
    ...(snapshot && { snapshot }),
  });
}
