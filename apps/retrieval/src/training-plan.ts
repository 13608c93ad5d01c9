import type { CompiledView, CompiledWindows } from "@timewell/model";
import type { TrainingPlan, TrainingView, TrainingWindows, ViewHistory } from "@timewell/store-ports";
import { effectiveTtlUs, forgetAfterUs } from "@timewell/ttl";

import type { OpenedTrainingSet } from "./open-training-set.ts";
import type { ResolvedSpec, ResolvedView } from "./request/resolved-spec.ts";

/** What the engine has to do for a stream. */
export function trainingPlan(
  { spec, labels, history, shard, position }: OpenedTrainingSet,
  { gaps, batchRows }: Pick<TrainingPlan, "gaps" | "batchRows">,
): TrainingPlan {
  const { output, onDemand } = spec;
  const computed = new Set(onDemand?.columns.map(({ name }) => name));
  const inputs = inputsOf(spec);
  return {
    labels: { format: labels.format, path: labels.path, eventTimeColumn: spec.eventTimeColumn },
    textColumns: spec.selection.requestData.filter(({ type }) => type === "STRING").map(({ name }) => name),
    views: spec.views.map((view) => trainingView(view, spec, history.histories.get(view.selected.view.id)!)),
    columns: spec.columns,
    includeStatuses: spec.includeStatuses,
    output:
      output === undefined
        ? undefined
        : [...new Set([...output.filter((name) => !computed.has(name)), ...inputs.features])],
    besides: inputs.labels,
    reserved: [...computed],
    asOfUs: spec.asOfUs,
    order: spec.order,
    rows: { shard, nextOrdinal: position?.nextOrdinal },
    gaps,
    batchRows,
  };
}

/** Columns that the computed ones are made of. */
function inputsOf({ onDemand, selection }: ResolvedSpec) {
  const [features, labels]: [string[], string[]] = [[], []];
  for (const { name, origin } of onDemand?.inputs ?? []) {
    if (origin.from === "feature") features.push(selection.views[origin.view]!.columns[origin.feature]!);
    else labels.push(name);
  }
  return { features, labels };
}

function trainingView(
  { selected, features, mode, eventTimeColumn }: ResolvedView,
  { maxAgeUs, graceUs }: ResolvedSpec,
  history: ViewHistory,
): TrainingView {
  const { name, view, keyNames } = selected;
  const indexes = features.map((f) => selected.features[f]!.index);
  return {
    name,
    ...(view.windows === undefined
      ? { history: pickFeatures(view, history, indexes) }
      : { history, windows: pickWindows(view, view.windows, indexes) }),
    labelColumns: keyNames,
    ttlUs: effectiveTtlUs(view.ttlUs, maxAgeUs),
    forgetAfterUs: forgetAfterUs(view.ttlUs, graceUs),
    mode,
    eventTimeColumn,
  };
}

function pickWindows(
  view: CompiledView,
  { features, eventId, cutOverUs }: CompiledWindows,
  indexes: readonly number[],
): TrainingWindows {
  return {
    features: indexes.map((index) => {
      const { filter, ...window } = features[index]!;
      return { ...view.features[index]!, ...window, filter: filter?.text ?? "" };
    }),
    eventId,
    cutOverUs,
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
