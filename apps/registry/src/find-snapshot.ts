import type { Snapshot } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { suggest } from "@timewell/model";
import type { RegistryStore } from "@timewell/store-ports";

/** The current snapshot of a project; PROJECT_NOT_FOUND with the nearest name. */
export async function findSnapshot(store: RegistryStore, project: string): Promise<Snapshot> {
  const snapshot = await store.load(project);
  if (snapshot !== undefined) return snapshot;
  const names = (await store.listProjects()).map((known) => known.project);
  throw new FeatureStoreError("PROJECT_NOT_FOUND", `Cannot find project ${JSON.stringify(project)}`, {
    field: "project",
    hint: suggest(project, names, "projects"),
  });
}
