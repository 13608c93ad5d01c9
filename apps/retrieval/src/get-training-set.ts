import { create } from "@bufbuild/protobuf";
import {
  type GetTrainingSetRequest,
  type GetTrainingSetResponse,
  GetTrainingSetResponseSchema,
  Mode,
  type Receipt,
  Receipt_StatusCountSchema,
  Receipt_ViewReceiptSchema,
  ReceiptSchema,
  Status,
} from "@timewell/contracts";
import type { TrainingPart, TrainingSummary } from "@timewell/store-ports";

import { firstRequest } from "./first-request.ts";
import { addComputedColumns } from "./on-demand/add-computed-columns.ts";
import { planTrainingSet, type TrainingSetPlan } from "./plan-training-set.ts";
import type { RetrievalDeps } from "./retrieval-deps.ts";
import { withLabelErrors } from "./with-label-errors.ts";

/** Most bytes of one part. */
export const partBytesMax = 1_048_576;

/**
 * Streams a training set: schema, batches, receipt. The engine makes the next batch only when the stream asks for it, so a client
 * that stops reading holds a bounded amount of memory; one that goes away ends the work.
 */
export async function* getTrainingSet(
  deps: RetrievalDeps,
  messages: AsyncIterable<GetTrainingSetRequest>,
  signal: AbortSignal,
): AsyncGenerator<GetTrainingSetResponse> {
  const set = await planTrainingSet(deps, await firstRequest(messages));
  const joined = withLabelErrors(deps.offlineEngine.trainingSet(set.plan, signal), set.plan.labels);
  for await (const part of withComputed(joined, set)) {
    if (part.kind === "summary") {
      const value = receipt(set, part.summary);
      yield create(GetTrainingSetResponseSchema, { part: { case: "receipt", value } });
    } else if (part.kind === "schema") {
      yield create(GetTrainingSetResponseSchema, { part: { case: "arrowSchema", value: part.bytes } });
    } else {
      for (let at = 0; at < part.bytes.length; at += partBytesMax) {
        const value = part.bytes.subarray(at, at + partBytesMax);
        yield create(GetTrainingSetResponseSchema, { part: { case: "arrowBatch", value } });
      }
    }
  }
}

function withComputed(
  parts: AsyncIterable<TrainingPart>,
  { selection, plan }: TrainingSetPlan,
): AsyncIterable<TrainingPart> {
  const { onDemand } = selection;
  if (onDemand === undefined) return parts;
  const lastColumns = plan.includeStatuses ? plan.views.length : 0;
  return addComputedColumns(parts, { plan: onDemand, selection, labels: plan.labels, lastColumns });
}

function receipt({ project, selection, manifest, plan }: TrainingSetPlan, summary: TrainingSummary): Receipt {
  return create(ReceiptSchema, {
    rows: BigInt(summary.rows),
    registryVersion: project.version,
    featureService: selection.service,
    featureServiceRevision: selection.revision,
    manifestVersion: manifest.version,
    warnings: [...summary.warnings],
    views: selection.views.map(({ name, view }, v) =>
      create(Receipt_ViewReceiptSchema, {
        name,
        view: view.name,
        version: view.version,
        mode: plan.views[v]?.mode === "AVAILABLE" ? Mode.AVAILABLE : Mode.EVENT_TIME,
        statuses: statusCounts(summary.statusCounts[v]),
      }),
    ),
  });
}

function statusCounts(counts: TrainingSummary["statusCounts"][number] | undefined) {
  const { present = 0, expired = 0, notFound = 0 } = counts ?? {};
  return [
    create(Receipt_StatusCountSchema, { status: Status.PRESENT, rows: BigInt(present) }),
    create(Receipt_StatusCountSchema, { status: Status.EXPIRED, rows: BigInt(expired) }),
    create(Receipt_StatusCountSchema, { status: Status.NOT_FOUND, rows: BigInt(notFound) }),
  ];
}
