import { FeatureStoreError, showValue } from "@timewell/errors";
import type { CompiledFeature, CompiledProject, CompiledView } from "./compiled-project.ts";
import { feature } from "./find-feature.ts";
import { findView } from "./find-view.ts";
import { referencesMax } from "./limits.ts";
import { makeSelection } from "./make-selection.ts";
import type { ColumnSource, Selection } from "./selection.ts";

const pattern = /^(?<view>[a-z0-9_]+)(?:@(?<version>[1-9][0-9]{0,8}))?:(?<feature>[a-z0-9_]+|\*)$/;

/** A view that references name, and what they read of it so far. */
interface Mentioned {
  readonly index: number;
  readonly view: CompiledView;
  readonly features: CompiledFeature[];
  /** True where the references are one `view:*`. */
  whole: boolean;
}

/**
 * What references read: `view:feature`, `view:*` or `view@version:feature`; without a version the latest one. Views stand
 * in order of first mention, columns in the order asked for (semantics 7).
 *
 * Throws INVALID_REQUEST for none, for bad syntax, a feature asked for twice, one view in two versions, or views that
 * disagree about the type of a key; LIMIT_EXCEEDED over 1,000; FEATURE_VIEW_NOT_FOUND; FEATURE_NOT_FOUND.
 */
export function selectReferences(project: CompiledProject, references: readonly string[]): Selection {
  if (references.length === 0) {
    throw invalid(
      "features",
      "Cannot read no features: got no reference",
      "Name features like view:feature.",
    );
  }
  if (references.length > referencesMax) {
    const problem = `Cannot read ${references.length} references: at most ${referencesMax} are allowed`;
    const options = { field: "features", hint: "Ask for whole views with view:*." };
    throw new FeatureStoreError("LIMIT_EXCEEDED", problem, options);
  }
  const mentioned = new Map<string, Mentioned>();
  const order: ColumnSource[] = [];
  references.forEach((reference, i) => {
    const { use, name } = mention(project, mentioned, reference, `features[${i}]`);
    const wanted = name === "*" ? use.view.features : [feature(use.view, name)];
    use.whole = name === "*" && use.features.length === 0;
    for (const one of wanted) {
      if (use.features.includes(one)) {
        const problem = `Cannot read ${use.view.name}:${one.name} twice`;
        throw invalid(`features[${i}]`, problem, "Remove one of the references.");
      }
      order.push({ view: use.index, feature: use.features.length });
      use.features.push(one);
    }
  });
  const uses = [...mentioned.values()].map(({ view, features, whole }) => ({
    name: view.name,
    view,
    features,
    requestKeys: view.keys,
    whole,
  }));
  return makeSelection({ name: "", revision: 0, requestData: [], onDemand: undefined }, uses, order);
}

function mention(
  project: CompiledProject,
  mentioned: Map<string, Mentioned>,
  reference: string,
  path: string,
): { use: Mentioned; name: string } {
  const parts = pattern.exec(reference)?.groups;
  if (parts === undefined) {
    const problem = `Cannot read reference ${showValue(reference)}: expected view:feature, view:* or view@version:feature`;
    throw invalid(path, problem, "Write it like airport_hourly:mean_delay.");
  }
  const view = findView(project, parts.view!, Number(parts.version ?? 0));
  const known = mentioned.get(view.name);
  if (known !== undefined && known.view !== view) {
    const problem = `Cannot read versions ${known.view.version} and ${view.version} of feature view ${view.name} together`;
    throw invalid(path, problem, "Define a feature service that gives one of them an alias.");
  }
  const use = known ?? { index: mentioned.size, view, features: [], whole: false };
  mentioned.set(view.name, use);
  return { use, name: parts.feature! };
}

function invalid(field: string, problem: string, hint: string): FeatureStoreError {
  return new FeatureStoreError("INVALID_REQUEST", problem, { field, hint });
}
