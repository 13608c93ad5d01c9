import { type CompiledView, findView } from "@timewell/model";

import type { IngestionDeps } from "./ingestion-deps.ts";

/** All versions of a view, or of every view of a project where no name is given. PROJECT_NOT_FOUND; FEATURE_VIEW_NOT_FOUND. */
export function requestedViews(
  deps: Pick<IngestionDeps, "definitions">,
  request: { readonly project: string; readonly featureView: string },
): readonly CompiledView[] {
  const project = deps.definitions.project(request.project);
  if (request.featureView === "") return [...project.viewsById.values()];
  findView(project, request.featureView);
  return project.views.get(request.featureView) ?? [];
}
