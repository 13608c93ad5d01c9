import type { ServiceImpl } from "@connectrpc/connect";
import type { FeatureRegistry } from "@timewell/contracts";
import { principalOf } from "@timewell/service";
import { findSnapshot } from "../find-snapshot.ts";
import { listModels } from "../models/list-models.ts";
import { recordModel } from "../models/record-model.ts";
import type { RegistryDeps } from "../registry-deps.ts";
import type { SnapshotFeed } from "../snapshot-feed.ts";
import { apply } from "./apply.ts";
import { deleteDefinition } from "./delete-definition.ts";
import { listProjects } from "./list-projects.ts";
import { plan } from "./plan.ts";

/** FeatureRegistry over a store and its feed. */
export function registryRoutes(deps: RegistryDeps, feed: SnapshotFeed): ServiceImpl<typeof FeatureRegistry> {
  const { store } = deps;
  return {
    plan: (request) => plan(store, request),
    async apply(request, context) {
      const applied = await apply(deps, request, principalOf(context));
      await tellWatchers(feed);
      return applied;
    },
    async deleteDefinition(request, context) {
      const deleted = await deleteDefinition(deps, request, principalOf(context));
      await tellWatchers(feed);
      return deleted;
    },
    getSnapshot: async ({ project, version }) => ({ snapshot: await findSnapshot(store, project, version) }),
    recordModel: async (request, context) => ({
      model: await recordModel(deps, request, principalOf(context)),
    }),
    listModels: (request) => listModels(store, request),
    listProjects: () => listProjects(store),
    watchRegistry: (request, context) => feed.watch(request.project, context.signal),
  };
}

/** The change is stored: where the feed cannot read it now, its next poll will, and the call went well all the same. */
async function tellWatchers(feed: SnapshotFeed): Promise<void> {
  await feed.refresh().catch(() => undefined);
}
