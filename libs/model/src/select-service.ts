import { FeatureStoreError, suggest } from "@timewell/errors";
import type { CompiledProject } from "./compiled-project.ts";
import type { Selection } from "./selection.ts";

/** What a feature service reads. Throws FEATURE_SERVICE_NOT_FOUND with the nearest name. */
export function selectService(project: CompiledProject, name: string): Selection {
  const service = project.services.get(name);
  if (service !== undefined) return service.selection;
  const problem = `Cannot find feature service ${name} in project ${project.project}`;
  const hint = suggest(name, project.services.keys(), "feature services");
  throw new FeatureStoreError("FEATURE_SERVICE_NOT_FOUND", problem, { field: "feature_service", hint });
}
