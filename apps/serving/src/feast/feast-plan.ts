import type { CompiledKey, NamedField, OnDemandPlan, SelectedView, Selection } from "@timewell/model";
import { compileRowCodec, type FeatureType, type RowCodec } from "@timewell/row";
import { forgetAfterUs } from "@timewell/ttl";

import type { ServingDeps, ViewMetrics } from "../serving-deps.ts";
import { WindowReads } from "../windows/window-reads.ts";
import { type ValueField, valueField } from "./value-field.ts";

/** A feature as Feast answers it: one column. */
export interface FeastColumn {
  /** Index in `uses`. */
  readonly use: number;
  readonly type: FeatureType;
  readonly value: ValueField;
  /** The feature's name alone. */
  readonly name: string;
  /** `<view or alias>__<feature>`. */
  readonly fullName: string;
}

/** Something whose rows become columns. */
export interface FeastUse {
  readonly ttlUs: bigint;
  readonly forgetAfterUs: bigint;
  /** By field number of its row: 1 + index in the plan's `columns`, or 0 for what was not asked for. */
  readonly columnOf: Uint32Array;
  /** Indexes of its columns. */
  readonly columns: readonly number[];
}

/** A view or alias that a request reads from the store. */
export interface StoredUse extends FeastUse {
  readonly viewId: number;
  /** Name and version of the feature view. */
  readonly view: string;
  readonly version: number;
  /** Index in `groups`. */
  readonly keyGroup: number;
  readonly metrics: ViewMetrics;
}

/** The on-demand features of a service, whose values are written as rows of their own. */
export interface ComputedUse extends FeastUse {
  readonly plan: OnDemandPlan;
  /** Over the computed columns, in their order. */
  readonly codec: RowCodec;
  /** The views that they may read, in the order of `stored`. */
  readonly views: readonly SelectedView[];
  /** Counts a value that could not be computed, by the place of its column. */
  readonly countError: (column: number) => void;
}

/** Everything that requests for one list of features or one service need. Compiled once for each version of a project. Never changed. */
export interface FeastPlan {
  /** What a request must bring. */
  readonly keys: readonly CompiledKey[];
  /** The composite keys: indexes in `keys`, in the order of the key code. */
  readonly groups: readonly (readonly number[])[];
  /** What is read from the store. */
  readonly stored: readonly StoredUse[];
  /** Undefined where nothing of `stored` has windows. */
  readonly windows: WindowReads | undefined;
  /** What is computed from that and the request; undefined where there is nothing. */
  readonly computed: ComputedUse | undefined;
  /** All of them: `stored`, then `computed`. */
  readonly uses: readonly FeastUse[];
  /** In the order asked for, then what is computed. */
  readonly columns: readonly FeastColumn[];
  /** Names that more than one column has where they stand alone; empty: they may. */
  readonly collisions: readonly string[];
  /** Every key that the project knows: a request may bring columns that nobody asked for. */
  readonly knownKeys: ReadonlySet<string>;
  /** What a request may bring besides. */
  readonly requestData: readonly NamedField[];
}

type Deps = Pick<ServingDeps, "graceUs" | "metrics">;

/**
 * Compiles a plan for a project. `prefixes` has the names of views as the request wrote them, where they are not the views' own.
 */
export function compileFeastPlan(
  project: string,
  selection: Selection,
  prefixes: ReadonlyMap<string, string>,
  knownKeys: ReadonlySet<string>,
  deps: Deps,
): FeastPlan {
  const { keys, keyGroups, views, onDemand } = selection;
  const slots = new Map(keys.map((key, slot) => [key.name, slot]));
  const selected = selection.columnSources.map((source): FeastColumn => {
    const view = views[source.view]!;
    const { name, type } = view.features[source.feature]!;
    const fullName = `${prefixes.get(view.name) ?? view.name}__${name}`;
    return Object.freeze({ use: source.view, type, value: valueField(type), name, fullName });
  });
  const made = (onDemand?.columns ?? []).map(({ name, type }): FeastColumn =>
    Object.freeze({ use: views.length, type, value: valueField(type), name, fullName: name }),
  );
  const columns = [...selected, ...made];
  const stored = views.map((view, use) => planUse(selection, view, use, deps));
  const computed =
    onDemand === undefined ? undefined : planComputed(project, selection, onDemand, selected.length, deps);
  return Object.freeze({
    keys,
    groups: keyGroups.map((group) => group.keys.map((key) => slots.get(key.name)!)),
    stored,
    windows: WindowReads.of(views.map(({ view }) => view)),
    computed,
    uses: computed === undefined ? stored : [...stored, computed],
    columns,
    collisions: repeated(columns.map(({ name }) => name)),
    knownKeys,
    requestData: selection.requestData,
  });
}

function planUse(
  selection: Selection,
  { view, features, keyGroup }: SelectedView,
  use: number,
  deps: Deps,
): StoredUse {
  const columnOf = new Uint32Array(Math.max(0, ...features.map(({ number }) => number)) + 1);
  const columns: number[] = [];
  selection.columnSources.forEach((source, column) => {
    if (source.view !== use) return;
    columns.push(column);
    columnOf[features[source.feature]!.number] = column + 1;
  });
  return Object.freeze({
    viewId: view.id,
    view: view.name,
    version: view.version,
    keyGroup,
    ttlUs: view.ttlUs,
    forgetAfterUs: forgetAfterUs(view.ttlUs, deps.graceUs),
    columnOf,
    columns,
    metrics: deps.metrics.forView(view.project, view.name),
  });
}

/** Field n of a computed row is the n-th computed column; `first` is the place of the first one among all columns. */
function planComputed(
  project: string,
  selection: Selection,
  plan: OnDemandPlan,
  first: number,
  { metrics }: Deps,
): ComputedUse {
  const columns = plan.columns.map((_, i) => first + i);
  const fields = plan.columns.map(({ type, dimension }, i) => ({ number: i + 1, type, dimension }));
  return Object.freeze({
    ttlUs: 0n,
    forgetAfterUs: 0n,
    columnOf: Uint32Array.from([0, ...columns.map((column) => column + 1)]),
    columns,
    plan,
    codec: compileRowCodec(fields),
    views: selection.views,
    countError: (column: number) =>
      metrics.countOnDemandError(project, selection.service, plan.columns[column]!.name),
  });
}

function repeated(names: readonly string[]): string[] {
  const seen = new Set<string>();
  const again = new Set<string>();
  for (const name of names) (seen.has(name) ? again : seen).add(name);
  return [...again];
}
