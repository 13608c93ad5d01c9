import { join } from "node:path";

import { type GetTrainingSetRequest, Mode } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import {
  type CompiledProject,
  type CompiledView,
  type RequestedSelection,
  type SelectedView,
  type Selection,
  requestedMaxAgeUs,
  selectRequested,
} from "@timewell/model";
import { resolveSource } from "@timewell/service";
import {
  type HistoryMode,
  type LogRow,
  type Manifest,
  readLogHistory,
  type TrainingPlan,
  type TrainingView,
  type ViewHistory,
  viewHistory,
} from "@timewell/store-ports";
import { effectiveTtlUs, forgetAfterUs } from "@timewell/ttl";

import type { OpenedRequest } from "./first-request.ts";
import { knownGaps } from "./known-gaps.ts";
import { resolveLabels } from "./resolve-labels.ts";
import type { RetrievalDeps } from "./retrieval-deps.ts";

/** What a training set is made of, fixed before the first byte is sent. */
export interface TrainingSetPlan {
  readonly project: CompiledProject;
  readonly selection: Selection;
  readonly manifest: Manifest;
  readonly plan: TrainingPlan;
}

/** Resolves a request: selection, label file, and for each view its source files, segments and log tail. */
export async function planTrainingSet(deps: RetrievalDeps, opened: OpenedRequest): Promise<TrainingSetPlan> {
  const { request } = opened;
  const project = deps.definitions.project(request.project);
  const selection = selectRequested(project, byNames(request.selection));
  if (request.includeStatuses) refuseStatusCollision(selection);
  const maxAgeUs = requestedMaxAgeUs(request.maxAgeMs);
  const labels = await resolveLabels(deps, opened);
  const viewIds = new Set(selection.views.map(({ view }) => view.id));
  const { manifest, tails } = await readLogHistory(deps.offlineCatalog, deps.ingestLog, viewIds);
  const histories = new Map<number, ViewHistory>();
  for (const { view } of selection.views)
    if (!histories.has(view.id))
      histories.set(view.id, await historyOf(deps, view, manifest, tails.get(view.id) ?? []));
  const views = selection.views.map((selected) =>
    trainingView(deps, selected, histories.get(selected.view.id) as ViewHistory, request.mode, maxAgeUs),
  );
  return {
    project,
    selection,
    manifest,
    plan: {
      labels,
      textColumns: selection.requestData.filter(({ type }) => type === "STRING").map(({ name }) => name),
      views,
      columns: selection.columns,
      includeStatuses: request.includeStatuses,
      gaps: await knownGaps(deps.offlineCatalog),
    },
  };
}

function byNames(selection: GetTrainingSetRequest["selection"]): RequestedSelection {
  return selection.case === "features" || selection.case === "featureService"
    ? selection
    : { case: undefined };
}

function refuseStatusCollision(selection: Selection): void {
  const name = selection.views.find((view) => selection.columns.includes(`${view.name}__status`))?.name;
  if (name === undefined) return;
  throw new FeatureStoreError(
    "INVALID_REQUEST",
    `Cannot add statuses: ${name} has a feature named status already`,
    {
      field: "include_statuses",
      hint: "Leave statuses out, or leave that feature out",
    },
  );
}

async function historyOf(
  deps: RetrievalDeps,
  view: CompiledView,
  manifest: Manifest,
  tail: readonly LogRow[],
): Promise<ViewHistory> {
  const segments = manifest.segments.filter((segment) => segment.viewId === view.id);
  return viewHistory(view, {
    source: view.source === undefined ? undefined : await resolveSource(view.source, deps.roots),
    segments: segments.map((segment) => join(deps.offlineRoot, segment.path)),
    tail,
  });
}

function trainingView(
  deps: RetrievalDeps,
  { name, view, features, keyNames }: SelectedView,
  history: ViewHistory,
  mode: Mode,
  maxAgeUs: bigint | undefined,
): TrainingView {
  return {
    name,
    history: pickFeatures(
      view,
      history,
      features.map((feature) => feature.index),
    ),
    labelColumns: keyNames,
    ttlUs: effectiveTtlUs(view.ttlUs, maxAgeUs),
    forgetAfterUs: forgetAfterUs(view.ttlUs, deps.graceUs),
    mode: historyMode(view, mode),
  };
}

function pickFeatures(view: CompiledView, history: ViewHistory, indexes: readonly number[]): ViewHistory {
  const pick = <T>(all: readonly T[]): T[] => indexes.map((index) => all[index] as T);
  return {
    ...history,
    features: pick(view.features),
    tail: history.tail.map((row) => ({ ...row, features: pick(row.features) })),
  };
}

function historyMode(view: CompiledView, mode: Mode): HistoryMode {
  if (mode === Mode.EVENT_TIME) return "EVENT_TIME";
  if (mode === Mode.AVAILABLE) return "AVAILABLE";
  return view.historyMode;
}
