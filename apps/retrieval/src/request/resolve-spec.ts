import { create } from "@bufbuild/protobuf";
import { type GetTrainingSetRequest, GetTrainingSetRequestSchema, Mode, Order } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import {
  type CompiledProject,
  type CompiledView,
  requestedAsOfUs,
  requestedMaxAgeUs,
  selectLookups,
  selectRequested,
  type SelectedLookups,
  type Selection,
} from "@timewell/model";
import type { HistoryMode } from "@timewell/store-ports";

import { chooseColumns } from "./choose-columns.ts";
import type { ResolvedSpec, ResolvedView } from "./resolved-spec.ts";
import { specDigest } from "./spec-digest.ts";

const eventTimeColumnDefault = "event_timestamp";

/** Most feature columns of a training set: resume tokens count the NULLs of each. */
export const featureColumnsMax = 10_000;

/**
 * Resolves what a request asks for. Errors of `selectRequested` and `selectLookups`; INVALID_REQUEST for a column that is named twice, a
 * status column that a feature column is named like, and an instant both for all rows and for each; LIMIT_EXCEEDED for too many columns.
 */
export function resolveSpec(
  project: CompiledProject,
  request: GetTrainingSetRequest,
  graceUs: bigint,
): ResolvedSpec {
  const { selection, eventTimeColumns } = select(project, request);
  const { includeStatuses, columns: wanted } = request;
  if (includeStatuses) refuseStatusCollision(selection);
  const chosen = chooseColumns(selection, wanted, includeStatuses);
  const views = selection.views.flatMap((selected, v): ResolvedView[] =>
    chosen.joined[v] === true
      ? [
          {
            selected,
            features: chosen.features[v]!,
            mode: historyMode(selected.view, request.mode),
            eventTimeColumn: eventTimeColumns[v],
          },
        ]
      : [],
  );
  const read = new Set(views.flatMap(({ selected, features }) => features.map((f) => selected.columns[f]!)));
  if (read.size > featureColumnsMax) throw tooWide(read.size);
  const spec = {
    request: asMadeAgain(request),
    registryVersion: project.version,
    selection,
    views,
    columns: selection.columns.filter((name) => read.has(name)),
    onDemand: chosen.onDemand,
    output: wanted.length === 0 ? undefined : wanted,
    includeStatuses,
    ...instantsOf(request, views),
    maxAgeUs: requestedMaxAgeUs(request.maxAgeMs),
    graceUs,
    order: request.order === Order.EVENT_TIME ? ("event-time" as const) : ("labels" as const),
  };
  return { ...spec, digest: specDigest(spec) };
}

function tooWide(columns: number): FeatureStoreError {
  return new FeatureStoreError(
    "LIMIT_EXCEEDED",
    `Cannot return ${columns} feature columns: at most ${featureColumnsMax} are allowed`,
    { field: "columns", hint: "Name the columns that are needed, or ask for some views at a time" },
  );
}

function select(project: CompiledProject, { selection }: GetTrainingSetRequest): SelectedLookups {
  if (selection.case === "lookups") return selectLookups(project, selection.value);
  const byName = selection.case === "trainingSetId" ? ({ case: undefined } as const) : selection;
  return { selection: selectRequested(project, byName), eventTimeColumns: [] };
}

function asMadeAgain(request: GetTrainingSetRequest): GetTrainingSetRequest {
  const { project, selection, eventTimeColumn, mode, includeStatuses, columns, order } = request;
  return create(GetTrainingSetRequestSchema, {
    project,
    selection,
    eventTimeColumn,
    mode,
    includeStatuses,
    columns,
    order,
    ...(request.maxAgeMs === undefined ? {} : { maxAgeMs: request.maxAgeMs }),
    ...(request.asOfUs === undefined ? {} : { asOfUs: request.asOfUs }),
  });
}

/** The column with the instants is needed unless there is one instant for all, or every view has a column of its own. */
function instantsOf(
  { eventTimeColumn, order, ...request }: GetTrainingSetRequest,
  views: readonly ResolvedView[],
): Pick<ResolvedSpec, "asOfUs" | "eventTimeColumn"> {
  const asOfUs = requestedAsOfUs(request.asOfUs);
  const own = views.find((view) => view.eventTimeColumn !== undefined)?.eventTimeColumn;
  if (asOfUs !== undefined) {
    const column = eventTimeColumn === "" ? own : eventTimeColumn;
    if (column === undefined) return { asOfUs, eventTimeColumn: undefined };
    throw new FeatureStoreError(
      "INVALID_REQUEST",
      `Cannot look both as of one instant and at those of column ${column}`,
      { field: "as_of_us", hint: "Leave as_of_us or event_time_column out" },
    );
  }
  const all = views.length > 0 && views.every((view) => view.eventTimeColumn !== undefined);
  const isNeeded = !all || order === Order.EVENT_TIME;
  const none = isNeeded ? eventTimeColumnDefault : undefined;
  return { asOfUs, eventTimeColumn: eventTimeColumn === "" ? none : eventTimeColumn };
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

function historyMode(view: CompiledView, mode: Mode): HistoryMode {
  if (mode === Mode.EVENT_TIME) return "EVENT_TIME";
  if (mode === Mode.AVAILABLE) return "AVAILABLE";
  return view.historyMode;
}
