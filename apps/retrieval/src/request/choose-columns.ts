import type { OnDemandPlan, Selection } from "@timewell/model";
import { FeatureStoreError } from "@timewell/errors";

/** What has to be read and computed for some columns. */
export interface ChosenColumns {
  /** For each view of the selection the places of the features that are read. */
  readonly features: readonly (readonly number[])[];
  /** For each view of the selection whether it is joined. */
  readonly joined: readonly boolean[];
  readonly onDemand: OnDemandPlan | undefined;
}

/**
 * Finds out what some columns of a result need: the features and statuses among them, and the inputs of those that are computed. Names
 * that are none of these are columns of the labels, which nobody knows yet. INVALID_REQUEST for a name that is there twice.
 */
export function chooseColumns(
  selection: Selection,
  columns: readonly string[],
  includeStatuses: boolean,
): ChosenColumns {
  if (columns.length === 0)
    return {
      features: selection.views.map(({ features }) => features.map((_, i) => i)),
      joined: selection.views.map(() => true),
      onDemand: selection.onDemand,
    };
  const wanted = new Set(columns);
  if (wanted.size < columns.length) throw twice(columns);
  const computed = (selection.onDemand?.columns ?? []).filter(({ name }) => wanted.has(name));
  const onDemand =
    selection.onDemand === undefined || computed.length === 0
      ? undefined
      : { ...selection.onDemand, columns: computed };
  const inputs = new Set(
    (onDemand?.inputs ?? []).flatMap(({ origin }) =>
      origin.from === "feature" ? [`${origin.view}.${origin.feature}`] : [],
    ),
  );
  const features = selection.views.map((view, v) =>
    view.columns.flatMap((name, f) => (wanted.has(name) || inputs.has(`${v}.${f}`) ? [f] : [])),
  );
  const joined = selection.views.map(
    ({ name }, v) => features[v]!.length > 0 || (includeStatuses && wanted.has(`${name}__status`)),
  );
  return { features, joined, onDemand };
}

function twice(columns: readonly string[]): FeatureStoreError {
  const name = columns.find((column, i) => columns.indexOf(column) !== i);
  return new FeatureStoreError("INVALID_REQUEST", `Cannot return column ${name} twice`, {
    field: "columns",
    hint: "Name each column once",
  });
}
