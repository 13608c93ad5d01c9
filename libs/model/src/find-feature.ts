import { FeatureStoreError, suggest } from "@timewell/errors";
import type { CompiledFeature, CompiledView } from "./compiled-project.ts";

/** Finds a feature of a view. Throws FEATURE_NOT_FOUND with the nearest name. */
export function feature(view: CompiledView, name: string): CompiledFeature {
  const found = view.features.find((candidate) => candidate.name === name);
  if (found !== undefined) return found;
  const problem = `Cannot find feature ${name} in feature view ${view.name}@${view.version}`;
  const names = view.features.map((candidate) => candidate.name);
  const hint = suggest(name, names, "features");
  throw new FeatureStoreError("FEATURE_NOT_FOUND", problem, { field: "feature", hint });
}
