import type { GetTrainingSetRequest, GetTrainingSetResponse } from "@timewell/contracts";
import type { TrainingPart } from "@timewell/store-ports";

import { knownGaps } from "./known-gaps.ts";
import { addComputedColumns } from "./on-demand/add-computed-columns.ts";
import { type OpenedTrainingSet, openTrainingSet } from "./open-training-set.ts";
import { firstRequest } from "./request/first-request.ts";
import type { RetrievalDeps } from "./retrieval-deps.ts";
import { endWhenStalled, failWhenStalled } from "./stream/end-when-stalled.ts";
import type { StreamPart } from "./stream/stream-part.ts";
import { streamTrainingSet } from "./stream/stream-training-set.ts";
import { trainingPlan } from "./training-plan.ts";
import { withErasedSegments } from "./with-erased-segments.ts";
import { withLabelErrors } from "./with-label-errors.ts";

/** A stream that stands still for longer is ended, ms. */
const stallMsDefault = 60_000;

/** Who asks, and for how long. */
export interface TrainingCall {
  readonly signal: AbortSignal;
  /** Name of the caller; empty: nobody has to say. */
  readonly principal: string;
  /** Most bytes of a part of a batch. Absent: `partBytesMax`. */
  readonly partBytesMax?: number | undefined;
}

/**
 * Streams a training set: what it is made of, schema, batches, receipt. The engine makes the next batch only when the stream asks for it,
 * so a client that stops reading holds a bounded amount of memory, for a minute; one that goes away ends the work at once.
 */
export async function* getTrainingSet(
  deps: RetrievalDeps,
  messages: AsyncIterable<GetTrainingSetRequest>,
  call: TrainingCall,
): AsyncGenerator<GetTrainingSetResponse> {
  const { signal } = call;
  const stall = { clock: deps.clock, limitMs: deps.stallMs ?? stallMsDefault };
  const opened = await firstRequest(failWhenStalled(messages, stall));
  const set = await openTrainingSet(deps, opened, signal);
  yield* endWhenStalled((ended) => stream(deps, set, { ...call, signal: ended }), signal, stall);
}

async function* stream(
  deps: RetrievalDeps,
  set: OpenedTrainingSet,
  call: TrainingCall,
): AsyncGenerator<GetTrainingSetResponse> {
  const plan = trainingPlan(set, {
    gaps: await knownGaps(deps.offlineCatalog),
    batchRows: deps.batchRows,
  });
  const made = withErasedSegments(deps.offlineEngine.trainingSet(plan, call.signal), deps.offlineRoot);
  const joined = withLabelErrors(made, plan.labels);
  yield* streamTrainingSet(deps, set, withComputed(joined, set), call);
}

function withComputed(
  parts: AsyncIterable<TrainingPart>,
  { spec, labels }: OpenedTrainingSet,
): AsyncIterable<StreamPart> {
  return addComputedColumns(parts, {
    plan: spec.onDemand,
    selection: spec.selection,
    labels,
    output: spec.output,
    lastColumns: spec.includeStatuses ? spec.views.length : 0,
  });
}
