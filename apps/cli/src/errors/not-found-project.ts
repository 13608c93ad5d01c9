import { FeatureStoreError } from "@timewell/errors";

/** Nothing was applied to the project yet. */
export function notFoundProject(project: string): FeatureStoreError {
  return new FeatureStoreError("PROJECT_NOT_FOUND", `Cannot find project ${project}`, {
    field: "--project",
    hint: "Apply definitions to it: timewell apply features.ts",
  });
}
