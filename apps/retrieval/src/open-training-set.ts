import type { GetTrainingSetRequest } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { CompiledProject } from "@timewell/model";
import type { TrainingSetEntry } from "@timewell/store-ports";

import type { OpenedRequest } from "./request/first-request.ts";
import { requestedShard } from "./request/requested-shard.ts";
import { labelsOfDigest, namesLabels, resolveLabels, type ResolvedLabels } from "./request/resolve-labels.ts";
import { resolveSpec } from "./request/resolve-spec.ts";
import type { ResolvedSpec } from "./request/resolved-spec.ts";
import { trainingSetIdOf } from "./request/training-set-id.ts";
import type { RetrievalDeps } from "./retrieval-deps.ts";
import { openSnapshot } from "./snapshots/open-snapshot.ts";
import type { SnapshotHistories } from "./snapshots/snapshot-histories.ts";
import { takeSnapshot } from "./snapshots/take-snapshot.ts";
import { decodeToken, type StreamPosition, tokenTrainingSetId, unusable } from "./stream/resume-token.ts";
import { shapeOf } from "./stream/receipt-of.ts";
import { tokenKey } from "./stream/token-key.ts";
import { findTrainingSet } from "./training-sets/find-training-set.ts";
import { labelsNotKept } from "./training-sets/keep-labels.ts";
import { refuseErased } from "./training-sets/refuse-erased.ts";

/** What a stream is made of, fixed before its first byte. */
export interface OpenedTrainingSet {
  readonly trainingSetId: string;
  readonly spec: ResolvedSpec;
  readonly labels: ResolvedLabels;
  /** False where the first caller did not want a copy of the labels to be kept. */
  readonly keepsLabels: boolean;
  readonly history: SnapshotHistories;
  readonly shard: { readonly index: number; readonly count: number };
  /** Where to go on. Undefined: from the start. */
  readonly position: StreamPosition | undefined;
  /** Key of the stream's tokens. */
  readonly key: Uint8Array;
}

/** Resolves the messages of a call: what to join, the labels, and the state of the offline store. */
export async function openTrainingSet(
  deps: RetrievalDeps,
  opened: OpenedRequest,
  signal: AbortSignal,
): Promise<OpenedTrainingSet> {
  const { request } = opened;
  const shard = requestedShard(request.shard);
  const key = await tokenKey(deps);
  const entry = await recordedEntry(deps, request, key);
  if (entry !== undefined) await refuseErased(deps, entry.trainingSetId);
  const project = await projectOf(deps, request, entry);
  const wanted = request.selection.case === "trainingSetId" ? entry!.request : request;
  const spec = resolveSpec(project, wanted, entry?.graceUs ?? deps.graceUs);
  const labels = await labelsOf(deps, opened, entry, signal);
  const views = [...new Set(spec.views.map(({ selected }) => selected.view))];
  const snapshotId = snapshotOf(request, entry);
  const history =
    snapshotId === ""
      ? await takeSnapshot(deps, project, views, signal)
      : await openSnapshot(deps, snapshotId, views, signal);
  const trainingSetId = trainingSetIdOf({
    specDigest: spec.digest,
    labelsDigest: labels.digest,
    snapshotId: history.snapshot.snapshotId,
  });
  if (entry === undefined) await refuseErased(deps, trainingSetId);
  else if (entry.trainingSetId !== trainingSetId) throw otherContent(request, entry, labels);
  const position =
    request.resumeToken.length === 0 ? undefined : decodeToken(request.resumeToken, key, shapeOf(spec));
  if (
    position !== undefined &&
    (position.shard.index !== shard.index || position.shard.count !== shard.count)
  )
    throw unusable(`it is of shard ${position.shard.index} of ${position.shard.count}`);
  const keepsLabels = entry?.labelsKept ?? !request.dropLabels;
  return { trainingSetId, spec, labels, keepsLabels, history, shard, position, key };
}

/** The record of a training set that is made again, or whose stream goes on. */
async function recordedEntry(
  deps: RetrievalDeps,
  request: GetTrainingSetRequest,
  key: Uint8Array,
): Promise<TrainingSetEntry | undefined> {
  const { selection, resumeToken, project } = request;
  const named = selection.case === "trainingSetId" ? selection.value : undefined;
  if (named !== undefined) refuseMore(request);
  if (resumeToken.length === 0)
    return named === undefined ? undefined : findTrainingSet(deps, project, named);
  const id = tokenTrainingSetId(resumeToken, key);
  const [entry] = await deps.trainingCatalog.findTrainingSets(project, id, 1);
  if (entry === undefined) throw unusable(`project ${project} has no training set ${id}`);
  if (named !== undefined && !id.startsWith(named)) throw unusable(`it is of training set ${id}`);
  return entry;
}

function refuseMore(request: GetTrainingSetRequest): void {
  const more = {
    event_time_column: request.eventTimeColumn !== "",
    mode: request.mode !== 0,
    include_statuses: request.includeStatuses,
    max_age_ms: request.maxAgeMs !== undefined,
    columns: request.columns.length > 0,
    order: request.order !== 0,
    snapshot_id: request.snapshotId !== "",
    drop_labels: request.dropLabels,
    as_of_us: request.asOfUs !== undefined,
  };
  const field = Object.entries(more).find(([, isSet]) => isSet)?.[0];
  if (field === undefined) return;
  throw new FeatureStoreError(
    "INVALID_REQUEST",
    `Cannot make a training set again in another way: got ${field} besides training_set_id`,
    { field, hint: "Leave it out, or ask for a training set of its own" },
  );
}

function projectOf(
  deps: RetrievalDeps,
  { project }: GetTrainingSetRequest,
  entry: TrainingSetEntry | undefined,
): CompiledProject | Promise<CompiledProject> {
  const now = deps.definitions.project(project);
  if (entry === undefined || entry.registryVersion === now.version) return now;
  return deps.definitions.projectAt(project, entry.registryVersion);
}

async function labelsOf(
  deps: RetrievalDeps,
  opened: OpenedRequest,
  entry: TrainingSetEntry | undefined,
  signal: AbortSignal,
): Promise<ResolvedLabels> {
  if (entry === undefined || namesLabels(opened.request)) return resolveLabels(deps, opened, signal);
  return labelsOfDigest(deps, entry.labelsDigest).catch((reason: unknown) => {
    const { kind } = FeatureStoreError.from(reason);
    throw kind === "LABELS_NOT_FOUND" ? labelsNotKept(entry.trainingSetId, entry.labelsDigest) : reason;
  });
}

function snapshotOf({ snapshotId }: GetTrainingSetRequest, entry: TrainingSetEntry | undefined): string {
  if (entry === undefined) return snapshotId;
  if (snapshotId === "" || snapshotId === entry.snapshotId) return entry.snapshotId;
  throw unusable(`it is of snapshot ${entry.snapshotId}`);
}

function otherContent(
  request: GetTrainingSetRequest,
  entry: TrainingSetEntry,
  labels: ResolvedLabels,
): FeatureStoreError {
  const isOther = labels.digest !== entry.labelsDigest;
  const why = isOther
    ? `the labels have SHA-256 ${labels.digest}, those of training set ${entry.trainingSetId} have ${entry.labelsDigest}`
    : `the request is not that of training set ${entry.trainingSetId}`;
  if (request.resumeToken.length > 0) return unusable(why);
  return new FeatureStoreError("INVALID_REQUEST", `Cannot make the training set again: ${why}`, {
    field: isOther ? "labels" : "training_set_id",
    hint: isOther ? "Send the labels that it was made of" : "Ask for it anew",
  });
}
