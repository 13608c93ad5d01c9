import type { ConnectRouter } from "@connectrpc/connect";
import { FeatureRegistry } from "@timewell/contracts";
import type { RegistryDeps } from "./registry-deps.ts";
import { registryRoutes } from "./rpc/registry-routes.ts";
import { SnapshotFeed } from "./snapshot-feed.ts";

/** The registry, ready to be mounted on a listener or called in process. */
export interface RegistryServer {
  readonly services: readonly [typeof FeatureRegistry];
  readonly routes: (router: ConnectRouter) => void;
  /** Reads every project and begins to look for applies of other registry processes. */
  start(): Promise<void>;
  /** Ends the watchers at once, and the work in the background. The store stays open: who opened it closes it. */
  stop(): Promise<void>;
}

/** Puts the registry together over its store. */
export function createRegistryServer(deps: RegistryDeps): RegistryServer {
  const feed = new SnapshotFeed(deps);
  const implementation = registryRoutes(deps, feed);
  return {
    services: [FeatureRegistry],
    routes: (router) => router.service(FeatureRegistry, implementation),
    start: () => feed.start(),
    stop: () => feed.stop(),
  };
}
