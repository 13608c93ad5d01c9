import { FeatureStoreError, suggest } from "@timewell/errors";
import type { CompiledProject, CompiledView } from "./compiled-project.ts";

/** Finds a view; version 0 is the latest. Throws FEATURE_VIEW_NOT_FOUND with the nearest name or the versions there are. */
export function findView(project: CompiledProject, name: string, version = 0): CompiledView {
  const versions = project.views.get(name);
  if (versions === undefined) {
    const problem = `Cannot find feature view ${name} in project ${project.project}`;
    const hint = suggest(name, project.views.keys(), "feature views");
    throw new FeatureStoreError("FEATURE_VIEW_NOT_FOUND", problem, { field: "feature_view", hint });
  }
  const found = version === 0 ? versions.at(-1) : versions.find((view) => view.version === version);
  if (found !== undefined) return found;
  const problem = `Cannot find version ${version} of feature view ${name} in project ${project.project}`;
  const hint = `Its versions are ${versions.map((view) => view.version).join(", ")}.`;
  throw new FeatureStoreError("FEATURE_VIEW_NOT_FOUND", problem, { field: "feature_view", hint });
}
