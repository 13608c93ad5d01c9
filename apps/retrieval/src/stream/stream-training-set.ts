import { create } from "@bufbuild/protobuf";
import {
  BatchEndSchema,
  type GetTrainingSetResponse,
  GetTrainingSetResponseSchema,
  type Receipt,
  TrainingSetStartSchema,
} from "@timewell/contracts";
import type { RowRange, TrainingSummary } from "@timewell/store-ports";

import type { TrainingCall } from "../get-training-set.ts";
import type { OpenedTrainingSet } from "../open-training-set.ts";
import type { RetrievalDeps } from "../retrieval-deps.ts";
import { keepLabels } from "../training-sets/keep-labels.ts";
import { recordReceipt, recordTrainingSet } from "../training-sets/record-training-set.ts";
import { receiptOf, shapeOf } from "./receipt-of.ts";
import { encodeToken } from "./resume-token.ts";
import { addCounts, noCounts } from "./stream-counts.ts";
import { StreamDigest } from "./stream-digest.ts";
import type { StreamBatch, StreamPart } from "./stream-part.ts";

/**
 * Most bytes of one part. A message is copied into a buffer whose size is the next power of two, then into an envelope: just below 128 KiB
 * these come from the allocator's heap, and sending takes less than half the processor time that it takes with 1 MiB.
 */
export const partBytesMax = 131_000;

/**
 * Turns the pieces of a training set into the messages of its stream: the start (once it is recorded, so that any server can go on), the
 * schema, batches with their ends, and the receipt.
 */
export async function* streamTrainingSet(
  deps: RetrievalDeps,
  set: OpenedTrainingSet,
  parts: AsyncIterable<StreamPart>,
  call: TrainingCall,
): AsyncGenerator<GetTrainingSetResponse> {
  const { position } = set;
  const counts = position?.counts ?? noCounts(shapeOf(set.spec));
  let digest = position === undefined ? undefined : StreamDigest.resume(position.digest);
  let sequence = position?.nextSequence ?? 0;
  let ordinal = 0;
  let labelsKept = false;
  for await (const part of parts) {
    if (part.kind === "schema") {
      labelsKept = await record(deps, set, part.range, call.principal);
      digest ??= StreamDigest.begin(part.bytes);
      ordinal = part.range.nextOrdinal;
      yield startOf(set, part.range);
      yield create(GetTrainingSetResponseSchema, { part: { case: "arrowSchema", value: part.bytes } });
    } else if (part.kind === "batch") {
      digest!.add(part.bytes);
      addCounts(counts, part);
      const nextOrdinal = ordinal + part.rows;
      const next = { nextOrdinal, nextSequence: sequence + 1, digest: digest!.value, counts };
      const batchEnd = create(BatchEndSchema, {
        sequence: BigInt(sequence),
        firstOrdinal: BigInt(ordinal),
        rows: BigInt(part.rows),
        digest: digest!.value,
        resumeToken: encodeToken({ trainingSetId: set.trainingSetId, shard: set.shard, ...next }, set.key),
      });
      ordinal = nextOrdinal;
      sequence++;
      yield* batchParts(part, batchEnd, call.partBytesMax ?? partBytesMax);
    } else {
      const value = await finish(
        deps,
        set,
        part.summary,
        { counts, digest: digest!.value, labelsKept },
        call,
      );
      yield create(GetTrainingSetResponseSchema, { part: { case: "receipt", value } });
    }
  }
}

/** Keeps the labels and records the training set; true where its labels are kept. */
async function record(
  deps: RetrievalDeps,
  { trainingSetId, spec, labels, keepsLabels, history }: OpenedTrainingSet,
  { labelRows }: RowRange,
  createdBy: string,
): Promise<boolean> {
  if (keepsLabels) await keepLabels(deps, labels);
  const recorded = await recordTrainingSet(deps, {
    trainingSetId,
    project: spec.request.project,
    featureService: spec.selection.service,
    registryVersion: spec.registryVersion,
    graceUs: spec.graceUs,
    snapshotId: history.snapshot.snapshotId,
    labelsDigest: labels.digest,
    labelsKept: keepsLabels,
    rows: labelRows,
    request: spec.request,
    createdBy,
  });
  return recorded.labelsKept;
}

function startOf(
  { trainingSetId, labels, history }: OpenedTrainingSet,
  { labelRows, firstOrdinal, endOrdinal, nextOrdinal }: RowRange,
): GetTrainingSetResponse {
  const value = create(TrainingSetStartSchema, {
    trainingSetId,
    snapshotId: history.snapshot.snapshotId,
    labelsDigest: labels.digest,
    rows: BigInt(labelRows),
    firstOrdinal: BigInt(firstOrdinal),
    endOrdinal: BigInt(endOrdinal),
    nextOrdinal: BigInt(nextOrdinal),
  });
  return create(GetTrainingSetResponseSchema, { part: { case: "start", value } });
}

function* batchParts(
  { bytes }: StreamBatch,
  batchEnd: NonNullable<GetTrainingSetResponse["batchEnd"]>,
  bytesMax: number,
): Generator<GetTrainingSetResponse> {
  for (let at = 0; at < bytes.length; at += bytesMax) {
    const value = bytes.subarray(at, at + bytesMax);
    const isLast = at + bytesMax >= bytes.length;
    yield create(GetTrainingSetResponseSchema, {
      part: { case: "arrowBatch", value },
      ...(isLast ? { batchEnd } : {}),
    });
  }
}

/** What was read has to be what the snapshot says, also at the end; only then there is a receipt. */
async function finish(
  deps: RetrievalDeps,
  set: OpenedTrainingSet,
  summary: TrainingSummary,
  finished: Omit<Parameters<typeof receiptOf>[1], "warnings">,
  { signal }: TrainingCall,
): Promise<Receipt> {
  await Promise.all([set.history.check(signal), set.labels.check(signal)]);
  const receipt = receiptOf(set, { ...finished, warnings: summary.warnings });
  const views = set.spec.views.map(({ selected }) => selected.view);
  await recordReceipt(deps, set.trainingSetId, receipt, views);
  return receipt;
}
