import { FeatureStoreError } from "@timewell/errors";
import type { CompiledFeature, CompiledKey, CompiledView } from "./compiled-project.ts";
import type { ColumnSource, KeyGroup, SelectedView, Selection } from "./selection.ts";

/** A view or alias on its way into a selection. */
export interface DraftUse {
  readonly name: string;
  readonly view: CompiledView;
  readonly features: readonly CompiledFeature[];
  readonly requestKeys: readonly CompiledKey[];
  readonly whole: boolean;
}

/**
 * Makes a selection. Without `order` its columns are those of the views one after another. INVALID_REQUEST where one
 * request key would have two types.
 */
export function makeSelection(
  service: Pick<Selection, "requestData" | "onDemand"> & { readonly name: string; readonly revision: number },
  uses: readonly DraftUse[],
  order?: readonly ColumnSource[],
): Selection {
  const groups = new Map<string, { readonly index: number; readonly group: KeyGroup }>();
  const views = uses.map((use): SelectedView => {
    const id = use.requestKeys.map((key) => `${key.name}:${key.type}`).join();
    const known = groups.get(id) ?? {
      index: groups.size,
      group: Object.freeze({ keys: Object.freeze([...use.requestKeys]) }),
    };
    groups.set(id, known);
    return Object.freeze({
      name: use.name,
      view: use.view,
      features: Object.freeze([...use.features]),
      columns: Object.freeze(use.features.map((feature) => `${use.name}__${feature.name}`)),
      keyNames: Object.freeze(use.requestKeys.map((key) => key.name)),
      keyGroup: known.index,
      whole: use.whole,
    });
  });
  const columnSources =
    order ?? views.flatMap((view, i) => view.features.map((_, feature) => ({ view: i, feature })));
  return Object.freeze({
    service: service.name,
    revision: service.revision,
    views: Object.freeze(views),
    columns: Object.freeze(columnSources.map((source) => views[source.view]!.columns[source.feature]!)),
    columnSources: Object.freeze(columnSources.map((source) => Object.freeze({ ...source }))),
    keys: Object.freeze(unionOfKeys(uses)),
    keyGroups: Object.freeze([...groups.values()].map(({ group }) => group)),
    requestData: service.requestData,
    onDemand: service.onDemand,
  });
}

function unionOfKeys(uses: readonly DraftUse[]): CompiledKey[] {
  const keys = new Map<string, { readonly key: CompiledKey; readonly use: string }>();
  for (const use of uses) {
    for (const key of use.requestKeys) {
      const other = keys.get(key.name);
      if (other === undefined) keys.set(key.name, { key: Object.freeze({ ...key }), use: use.name });
      else if (other.key.type !== key.type) {
        const problem = `Cannot read ${other.use} and ${use.name} together: key ${key.name} is ${other.key.type} in one and ${key.type} in the other`;
        const hint = "Define a feature service that maps one of them to another name.";
        throw new FeatureStoreError("INVALID_REQUEST", problem, { field: "features", hint });
      }
    }
  }
  return [...keys.values()].map(({ key }) => key);
}
