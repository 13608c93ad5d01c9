import { create, toBinary } from "@bufbuild/protobuf";
import {
  type DescribeTrainingSetRequest,
  type DescribeTrainingSetResponse,
  DescribeTrainingSetResponseSchema,
  type Receipt,
  ReceiptSchema,
} from "@timewell/contracts";
import { snapshotNotFound } from "@timewell/store-ports";

import { findTrainingSet } from "./find-training-set.ts";
import type { TrainingSetDeps } from "./training-set-deps.ts";
import { trainingSetRecord } from "./training-set-record.ts";

/** Receipts that are shown in full, and their bytes together; of the others shard, rows and digest are. A message takes 4 MiB. */
const receiptsMax = 100;
const receiptBytesMax = 262_144;

/** The record of one training set. Errors of `findTrainingSet`; PROJECT_NOT_FOUND. */
export async function describeTrainingSet(
  deps: TrainingSetDeps,
  request: DescribeTrainingSetRequest,
): Promise<DescribeTrainingSetResponse> {
  deps.definitions.project(request.project);
  const entry = await findTrainingSet(deps, request.project, request.trainingSetId);
  const { trainingSetId, snapshotId } = entry;
  const snapshot = await deps.trainingCatalog.snapshot(snapshotId);
  if (snapshot === undefined) throw snapshotNotFound(snapshotId);
  const full = await deps.trainingCatalog.receipts(trainingSetId, receiptsMax);
  const heads = (await deps.trainingCatalog.receiptHeads([trainingSetId])).get(trainingSetId) ?? [];
  const receipts = shortened(full, heads);
  return create(DescribeTrainingSetResponseSchema, {
    trainingSet: trainingSetRecord(entry, receipts, snapshot),
  });
}

function shortened(full: readonly Receipt[], heads: readonly Receipt[]): Receipt[] {
  let bytes = 0;
  const end = full.findIndex((receipt) => {
    bytes += toBinary(ReceiptSchema, receipt).length;
    return bytes > receiptBytesMax;
  });
  const shown = end === -1 ? full.length : Math.max(end, 1);
  return [...full.slice(0, shown), ...heads.slice(shown)];
}
