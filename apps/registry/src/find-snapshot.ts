import type { Snapshot } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { suggest } from "@timewell/model";
import type { RegistryStore } from "@timewell/store-ports";

/**
 * A snapshot of a project, the current one where no version is named. PROJECT_NOT_FOUND with the nearest name;
 * INVALID_REQUEST for a version that there is not.
 */
export async function findSnapshot(
  store: RegistryStore,
  project: string,
  version?: bigint,
): Promise<Snapshot> {
  const snapshot = await store.load(project, version);
  if (snapshot !== undefined) return snapshot;
  const current = version === undefined ? undefined : await store.load(project);
  if (current !== undefined) {
    throw new FeatureStoreError("INVALID_REQUEST", `Cannot find version ${version} of project ${project}`, {
      field: "version",
      hint: `Its versions are 1 to ${current.version}`,
    });
  }
  const names = (await store.listProjects()).map((known) => known.project);
  throw new FeatureStoreError("PROJECT_NOT_FOUND", `Cannot find project ${JSON.stringify(project)}`, {
    field: "project",
    hint: suggest(project, names, "projects"),
  });
}
