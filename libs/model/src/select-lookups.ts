import type { FeatureLookup, FeatureLookups } from "@timewell/contracts";
import { FeatureStoreError, showValue } from "@timewell/errors";
import { checkName } from "./check-name.ts";
import type { CompiledFeature, CompiledKey, CompiledProject, CompiledView } from "./compiled-project.ts";
import { feature } from "./find-feature.ts";
import { findView } from "./find-view.ts";
import { lookupsMax } from "./limits.ts";
import { type DraftUse, makeSelection } from "./make-selection.ts";
import type { Selection } from "./selection.ts";

const pattern = /^(?<view>[a-z0-9_]+)(?:@(?<version>[1-9][0-9]{0,8}))?$/;

/** What lookups read. */
export interface SelectedLookups {
  /** Its views are the lookups, in their order. */
  readonly selection: Selection;
  /** For each of its views the label column with the instants at which to look. Undefined: that of the request. */
  readonly eventTimeColumns: readonly (string | undefined)[];
}

/**
 * What lookups read, one view each, by label columns of any name. INVALID_REQUEST for none, for bad syntax, a prefix that two have, a
 * feature that is named twice, or another number of lookup keys than the entity has; INVALID_NAME for a prefix that is no name;
 * LIMIT_EXCEEDED over 100; FEATURE_VIEW_NOT_FOUND; FEATURE_NOT_FOUND.
 */
export function selectLookups(project: CompiledProject, { lookups }: FeatureLookups): SelectedLookups {
  if (lookups.length === 0)
    throw invalid("lookups", "Cannot look features up: got no lookup", "Name a view to look up.");
  if (lookups.length > lookupsMax)
    throw new FeatureStoreError(
      "LIMIT_EXCEEDED",
      `Cannot do ${lookups.length} lookups: at most ${lookupsMax} are allowed`,
      { field: "lookups", hint: "Define a feature service, or ask twice." },
    );
  const uses: DraftUse[] = [];
  lookups.forEach((lookup, i) => {
    const path = `lookups.lookups[${i}]`;
    const use = draftOf(project, lookup, path);
    if (uses.some(({ name }) => name === use.name)) {
      const hint = "Give one of them another alias.";
      throw invalid(`${path}.alias`, `Cannot use ${use.name} as the prefix of two lookups`, hint);
    }
    uses.push(use);
  });
  return {
    selection: makeSelection({ name: "", revision: 0, requestData: [], onDemand: undefined }, uses),
    eventTimeColumns: lookups.map(({ eventTimeColumn }) =>
      eventTimeColumn === "" ? undefined : eventTimeColumn,
    ),
  };
}

function draftOf(project: CompiledProject, lookup: FeatureLookup, path: string): DraftUse {
  const parts = pattern.exec(lookup.view)?.groups;
  if (parts === undefined) {
    const problem = `Cannot look up ${showValue(lookup.view)}: expected view or view@version`;
    throw invalid(`${path}.view`, problem, "Write it like airport_hourly.");
  }
  const view = findView(project, parts.view!, Number(parts.version ?? 0));
  const name = lookup.alias === "" ? view.name : lookup.alias;
  checkName("alias", name, `${path}.alias`);
  return {
    name,
    view,
    features: featuresOf(view, lookup, path),
    requestKeys: keysOf(view, lookup, path),
    whole: lookup.features.length === 0,
  };
}

function featuresOf(
  view: CompiledView,
  { features: names }: FeatureLookup,
  path: string,
): readonly CompiledFeature[] {
  if (names.length === 0) return view.features;
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw invalid(`${path}.features`, `Cannot read ${view.name}:${twice} twice`, "Name it once.");
  return names.map((name) => feature(view, name));
}

function keysOf(view: CompiledView, { lookupKeys }: FeatureLookup, path: string): readonly CompiledKey[] {
  if (lookupKeys.length === 0) return view.keys;
  if (lookupKeys.length !== view.keys.length) {
    const keys = view.keys.map((key) => key.name).join(", ");
    const problem = `Cannot look up ${view.name}: got ${lookupKeys.length} lookup keys, expected one for each of ${keys}`;
    throw invalid(`${path}.lookup_keys`, problem, "Name a label column for each join key, in their order.");
  }
  return view.keys.map((key, i) => ({ ...key, name: lookupKeys[i]! }));
}

function invalid(field: string, problem: string, hint: string): FeatureStoreError {
  return new FeatureStoreError("INVALID_REQUEST", problem, { field, hint });
}
