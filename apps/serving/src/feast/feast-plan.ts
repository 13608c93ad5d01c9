import type { CompiledKey, SelectedView, Selection } from "@timewell/model";
import type { FeatureType } from "@timewell/row";
import { forgetAfterUs } from "@timewell/ttl";

import type { ServingDeps, ViewMetrics } from "../serving-deps.ts";
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

/** A view or alias that a request reads. */
export interface FeastUse {
  readonly viewId: number;
  /** Name and version of the feature view. */
  readonly view: string;
  readonly version: number;
  /** Index in `groups`. */
  readonly keyGroup: number;
  readonly ttlUs: bigint;
  readonly forgetAfterUs: bigint;
  /** By field number of the stored row: 1 + index in the plan's `columns`, or 0 for what was not asked for. */
  readonly columnOf: Uint32Array;
  /** Indexes of its columns. */
  readonly columns: readonly number[];
  readonly metrics: ViewMetrics;
}

/** Everything that requests for one list of features or one service need. Compiled once for each version of a project. Never changed. */
export interface FeastPlan {
  /** What a request must bring. */
  readonly keys: readonly CompiledKey[];
  /** The composite keys: indexes in `keys`, in the order of the key code. */
  readonly groups: readonly (readonly number[])[];
  readonly uses: readonly FeastUse[];
  /** In the order asked for. */
  readonly columns: readonly FeastColumn[];
  /** Names that more than one column has where they stand alone; empty: they may. */
  readonly collisions: readonly string[];
  /** Every key that the project knows: a request may bring columns that nobody asked for. */
  readonly knownKeys: ReadonlySet<string>;
}

/** Compiles a plan. `prefixes` has the names of views as the request wrote them, where they are not the views' own. */
export function compileFeastPlan(
  selection: Selection,
  prefixes: ReadonlyMap<string, string>,
  knownKeys: ReadonlySet<string>,
  deps: Pick<ServingDeps, "graceUs" | "metrics">,
): FeastPlan {
  const { keys, keyGroups, views } = selection;
  const slots = new Map(keys.map((key, slot) => [key.name, slot]));
  const columns = selection.columnSources.map((source): FeastColumn => {
    const view = views[source.view]!;
    const { name, type } = view.features[source.feature]!;
    const fullName = `${prefixes.get(view.name) ?? view.name}__${name}`;
    return Object.freeze({ use: source.view, type, value: valueField(type), name, fullName });
  });
  return Object.freeze({
    keys,
    groups: keyGroups.map((group) => group.keys.map((key) => slots.get(key.name)!)),
    uses: views.map((view, use) => planUse(selection, view, use, deps)),
    columns,
    collisions: repeated(columns.map(({ name }) => name)),
    knownKeys,
  });
}

function planUse(
  selection: Selection,
  { view, features, keyGroup }: SelectedView,
  use: number,
  deps: Pick<ServingDeps, "graceUs" | "metrics">,
): FeastUse {
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

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, i) => names.indexOf(name) !== i))];
}
